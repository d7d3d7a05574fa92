import { useEffect } from 'preact/hooks';

import type { StatView, Stats } from '../../../lib/api.gen';
import { shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { go } from '../../../lib/route';
import { CheckField, FormBox, SelectField, Submit, TextField, useForm, type Options } from '../../../ui/form';
import { Shown } from '../../../ui/listing';
import { Table, type Column } from '../../../ui/table';
import { lineName, topics } from '../lookups';
import type { Office } from '../office';
import { Plots } from './plots';
import './statistics.css';
import { fromQuery, GROUPINGS, isApart, isOverTime, type Asked } from './statistics';
import { atText, mean, share } from './words';

const SECTION = 'statistics';

export function StatisticsPage({ office, query }: { office: Office; query: Readonly<Record<string, string>> }) {
  const asked = fromQuery(query);
  const text = JSON.stringify(asked);
  const { statistics } = office;
  useEffect(() => statistics.load(JSON.parse(text) as Asked), [statistics, text]);
  return (
    <section class="stack statistics">
      <header class="head">
        <h2>{t('admin.statistics')}</h2>
        <p class="printed-only">{periodText(asked, office)}</p>
        <button type="button" class="unprinted" data-testid="print" onClick={() => print()}>
          {t('common.print')}
        </button>
      </header>
      <Period key={text} office={office} asked={asked} />
      <Shown one={statistics.stats}>{(stats) => <Result stats={stats} asked={asked} office={office} />}</Shown>
    </section>
  );
}

/** What was counted, for a page of paper. */
function periodText({ from, to, line, counsellor }: Asked, office: Office): string {
  const period = t('stats.period', { from, to });
  const narrowed = [line && office.lookups.topic(line, null), counsellor && office.lookups.account(counsellor)];
  return [period, ...narrowed.filter(Boolean)].join(', ');
}

function Period({ office, asked }: { office: Office; asked: Asked }) {
  const form = useForm({ ...asked, apart: asked.apart !== '' });
  const { lines, accounts } = office.lookups;
  const anyOf = (options: Options): Options => [['', t('common.all')], ...options];
  function count() {
    const { typed } = form.state.peek();
    if (typed.from === '') return form.fault('from', { key: 'fault.MISSING' });
    if (typed.to < typed.from) return form.fault('to', { key: 'fault.BACKWARDS' });
    go(SECTION, null, { ...typed, apart: typed.apart ? 'yes' : '' });
  }
  return (
    <FormBox form={form} class="card stack filter" testid="period" onSubmit={count}>
      <div class="columns">
        <TextField form={form} name="from" label={t('common.from')} type="date" />
        <TextField form={form} name="to" label={t('common.to')} type="date" />
        <SelectField
          form={form}
          name="by"
          label={t('stats.by')}
          options={GROUPINGS.map((each) => [each, t(`stats.by.${each}`)])}
        />
        <SelectField
          form={form}
          name="line"
          label={t('admin.line')}
          options={anyOf(topics(lines.items.value).map((line) => [line.topic, lineName(line)]))}
        />
        <SelectField
          form={form}
          name="counsellor"
          label={t('admin.counsellor')}
          options={anyOf(accounts.items.value.map(({ id, name }) => [id, name]))}
        />
      </div>
      <div class="actions">
        <CheckField form={form} name="apart" label={t('stats.apart')} disabled={!isOverTime(form.state.value.typed)} />
        <Submit form={form} label={t('stats.count')} testid="count" />
      </div>
    </FormBox>
  );
}

function Result({ stats, asked, office }: { stats: Stats; asked: Asked; office: Office }) {
  if (stats.items.length === 0) {
    return (
      <div class="card none" data-testid="none">
        <p>{t('stats.none')}</p>
      </div>
    );
  }
  return (
    <>
      {(asked.by === 'day' || asked.by === 'hour') && (
        <Plots items={stats.items} asked={{ ...asked, by: asked.by }} office={office} />
      )}
      <div class="card stack">
        <Table
          wide
          testid="stats-row"
          caption={t('admin.statistics')}
          items={stats.items}
          idOf={(item) => [item.at, item.line_id, item.counsellor].filter(Boolean).join(' ') || 'all'}
          columns={columns(asked, office)}
        />
        <Formulas target_s={stats.target_s} />
      </div>
    </>
  );
}

function columns(asked: Asked, office: Office): Column<StatView>[] {
  const figure = (head: string, cell: (item: StatView) => string | number): Column<StatView> => ({ head, cell, figure: true });
  return [
    { head: t(`stats.by.${asked.by}`), cell: (item) => groupText(item, asked, office) },
    ...(isApart(asked) ? [{ head: t('admin.line'), cell: ({ line_id }: StatView) => office.lookups.line(line_id ?? '') }] : []),
    figure(t('stats.requested'), ({ requested }) => requested),
    figure(t('stats.open'), ({ open }) => open),
    figure(t('stats.matched'), ({ matched }) => matched),
    figure(t('stats.abandoned'), ({ abandoned }) => abandoned),
    figure(t('stats.expired'), ({ expired }) => expired),
    figure(t('stats.refused'), ({ refused }) => refused),
    figure(t('stats.service_level'), ({ service_level }) => share(service_level)),
    figure(t('stats.wait_p50'), ({ wait_p50_s }) => shortDuration(wait_p50_s)),
    figure(t('stats.wait_p90'), ({ wait_p90_s }) => shortDuration(wait_p90_s)),
    figure(t('stats.talk'), ({ talk_s_mean }) => shortDuration(talk_s_mean)),
    figure(t('stats.wrap_up'), ({ wrap_up_s_mean }) => shortDuration(wrap_up_s_mean)),
    figure(t('stats.rating'), ({ rating_mean }) => mean(rating_mean)),
    figure(t('stats.error'), ({ predicted_error_s_mean }) => shortDuration(predicted_error_s_mean)),
  ];
}

function groupText(item: StatView, asked: Asked, office: Office): string {
  if (item.at) return atText(item.at, asked.by);
  if (item.line_id) return office.lookups.line(item.line_id);
  if (item.counsellor) return item.counsellor_name ?? office.lookups.account(item.counsellor);
  if (asked.by === 'counsellor') return t('stats.nobody');
  return t('stats.by.all');
}

const FORMULAS = ['matched', 'abandoned', 'service_level', 'wait', 'talk', 'error'] as const;

function Formulas({ target_s }: { target_s: number }) {
  return (
    <details>
      <summary>{t('stats.formulas')}</summary>
      <ul class="sentences hint">
        {FORMULAS.map((each) => (
          <li key={each}>{t(`stats.formula.${each}`, { seconds: target_s })}</li>
        ))}
      </ul>
    </details>
  );
}
