import { useEffect, useState } from 'preact/hooks';

import type { ConsultationView } from '../../../lib/api.gen';
import { GET_CONSULTATIONS } from '../../../lib/bounds.gen';
import { dayAndTime, shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { format, go } from '../../../lib/route';
import { FormBox, SelectField, Submit, TextField, useForm, type Options } from '../../../ui/form';
import { Listing } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import { lineText } from '../lookups';
import type { Office } from '../office';
import { TestMark } from '../try/mark';
import { STATUSES } from './api';
import { Exports } from './exports';
import { fromQuery, isNarrowed, Q_CHARS_MIN, type Filter } from './filter';

const SECTION = 'consultations';

/** Consultations, newest first, narrowed to what the address says. */
export function ConsultationList({ office, query }: { office: Office; query: Readonly<Record<string, string>> }) {
  const filter = fromQuery(query);
  const asked = JSON.stringify(filter);
  useEffect(() => office.showConsultations(JSON.parse(asked) as Filter), [office, asked]);
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.consultations')}</h2>
        <button type="button" data-testid="reload" onClick={() => void office.consultations.reload()}>
          {t('common.reload')}
        </button>
      </header>
      <FilterBar key={asked} office={office} filter={filter} />
      <div class="card stack">
        <Listing
          list={office.consultations}
          none={<p>{t(isNarrowed(filter) || filter.q ? 'consultations.none.narrowed' : 'consultations.none')}</p>}
        >
          {(items) => <Rows items={items} office={office} />}
        </Listing>
      </div>
      <Exports jobs={office.jobs} filter={filter} />
    </section>
  );
}

function FilterBar({ office, filter }: { office: Office; filter: Filter }) {
  const form = useForm(filter);
  const [isWide] = useState(() => matchMedia('(min-width: 64rem)').matches);
  const { lines, accounts, desks, results } = office.lookups;
  const anyOf = (options: Options): Options => [['', t('common.all')], ...options];
  function search() {
    const { typed } = form.state.peek();
    const q = typed.q.trim();
    if (q !== '' && [...q].length < Q_CHARS_MIN) {
      return form.fault('q', { key: 'consultations.q.short', values: { min: Q_CHARS_MIN } });
    }
    if (typed.from !== '' && typed.to !== '' && typed.to < typed.from) return form.fault('to', { key: 'fault.BACKWARDS' });
    go(SECTION, null, { ...typed, q });
  }
  return (
    <FormBox form={form} class="card stack filter" testid="filter" onSubmit={search}>
      <div class="search">
        <TextField
          form={form}
          name="q"
          label={t('consultations.q')}
          hint={t('consultations.q.hint')}
          type="search"
          charsMax={GET_CONSULTATIONS.q.chars_max}
        />
        <Submit form={form} label={t('common.search')} testid="search" />
        <button type="button" class="quiet" data-testid="clear" onClick={() => go(SECTION)}>
          {t('common.clear')}
        </button>
      </div>
      <details open={isWide || isNarrowed(filter)}>
        <summary>{t('consultations.narrow')}</summary>
        <div class="columns">
          <SelectField
            form={form}
            name="line"
            label={t('admin.line')}
            options={anyOf(lines.items.value.map((line) => [line.id, lineText(line)]))}
          />
          <SelectField
            form={form}
            name="counsellor"
            label={t('admin.counsellor')}
            options={anyOf(accounts.items.value.map(({ id, name }) => [id, name]))}
          />
          <SelectField
            form={form}
            name="desk"
            label={t('admin.desk')}
            options={anyOf(desks.items.value.map(({ id, name }) => [id, name]))}
          />
          <SelectField
            form={form}
            name="status"
            label={t('admin.status')}
            options={anyOf(STATUSES.map((status) => [status, t(`admin.status.${status}`)]))}
          />
          <SelectField
            form={form}
            name="result"
            label={t('admin.result')}
            options={anyOf(results.items.value.map(({ code }) => [code, office.lookups.result(code)]))}
          />
          <SelectField
            form={form}
            name="rating"
            label={t('admin.score')}
            options={anyOf(['1', '2', '3', '4', '5'].map((score) => [score, score]))}
          />
          <TextField form={form} name="from" label={t('common.from')} type="date" />
          <TextField form={form} name="to" label={t('common.to')} type="date" />
          <TextField form={form} name="waited" label={t('consultations.waited_over')} type="number" min={0} />
          <SelectField
            form={form}
            name="test"
            label={t('consultations.test')}
            options={[
              ['', t('consultations.test.no')],
              ['true', t('consultations.test.yes')],
            ]}
          />
        </div>
      </details>
    </FormBox>
  );
}

function Rows({ items, office }: { items: readonly ConsultationView[]; office: Office }) {
  return (
    <Table
      testid="consultation-row"
      caption={t('admin.consultations')}
      items={items}
      idOf={({ id }) => id}
      columns={[
        {
          head: t('admin.number'),
          cell: ({ id, number, test }) => (
            <>
              <a href={format(SECTION, id)} data-testid="consultation-open">
                {number ?? '–'}
              </a>{' '}
              {test && <TestMark />}
            </>
          ),
        },
        { head: t('admin.requested'), cell: ({ requested_at }) => dayAndTime(requested_at) },
        { head: t('admin.line'), cell: ({ line_id }) => office.lookups.line(line_id) },
        { head: t('admin.nickname'), cell: ({ nickname }) => nickname ?? '–' },
        { head: t('admin.counsellor'), cell: ({ counsellor_name }) => counsellor_name ?? '–' },
        { head: t('admin.status'), cell: ({ status }) => t(`admin.status.${status}`) },
        { head: t('admin.waited'), cell: (item) => waited(item), figure: true },
        {
          head: t('admin.result'),
          cell: ({ result_code }) => (result_code ? office.lookups.result(result_code) : '–'),
        },
        { head: t('admin.score'), cell: ({ rating }) => rating ?? '–', figure: true },
      ]}
    />
  );
}

function waited({ requested_at, matched_at }: ConsultationView): string {
  return matched_at ? shortDuration((Date.parse(matched_at) - Date.parse(requested_at)) / 1000) : '–';
}

