import { useEffect } from 'preact/hooks';

import type { AuditView } from '../../../lib/api.gen';
import { dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { format, go } from '../../../lib/route';
import { FormBox, SelectField, Submit, TextField, useForm, type Options } from '../../../ui/form';
import { Listing } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import type { Office } from '../office';
import { fromQuery, type AuditFilter } from './audits';
import { ACTIONS, actionText, kindText, reasonOf } from './words';

const SECTION = 'audit';
/** No login, id or name of a thing is longer. */
const ID_CHARS_MAX = 100;

/** The audit, newest first. */
export function AuditList({ office, query }: { office: Office; query: Readonly<Record<string, string>> }) {
  const filter = fromQuery(query);
  const asked = JSON.stringify(filter);
  const { list } = office.audits;
  useEffect(() => void list.load(JSON.parse(asked) as AuditFilter), [list, asked]);
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.audit')}</h2>
        <button type="button" data-testid="reload" onClick={() => void list.reload()}>
          {t('common.reload')}
        </button>
      </header>
      <FilterBar key={asked} filter={filter} />
      <div class="card stack">
        <Listing list={list} none={<p>{t('audit.none')}</p>}>
          {(items) => <Rows items={items} />}
        </Listing>
      </div>
    </section>
  );
}

function FilterBar({ filter }: { filter: AuditFilter }) {
  const form = useForm(filter);
  function search() {
    const { typed } = form.state.peek();
    if (typed.from !== '' && typed.to !== '' && typed.to < typed.from) return form.fault('to', { key: 'fault.BACKWARDS' });
    go(SECTION, null, { ...typed });
  }
  return (
    <FormBox form={form} class="card stack filter" testid="filter" onSubmit={search}>
      <div class="columns">
        <SelectField form={form} name="action" label={t('audit.action')} options={options(filter.action)} />
        <TextField form={form} name="actor" label={t('audit.actor')} hint={t('audit.actor.hint')} charsMax={ID_CHARS_MAX} />
        <TextField form={form} name="subject" label={t('audit.subject')} hint={t('audit.subject.hint')} charsMax={ID_CHARS_MAX} />
        <TextField form={form} name="from" label={t('common.from')} type="date" />
        <TextField form={form} name="to" label={t('common.to')} type="date" />
      </div>
      <div class="actions">
        <button type="button" class="quiet" data-testid="clear" onClick={() => go(SECTION)}>
          {t('common.clear')}
        </button>
        <Submit form={form} label={t('common.search')} testid="search" />
      </div>
    </FormBox>
  );
}

/** By their words; one from the address that there are no words for can be chosen too. */
function options(present: string): Options {
  const codes = present === '' || ACTIONS.includes(present) ? ACTIONS : [present, ...ACTIONS];
  const worded = codes.map((code) => [code, actionText(code)] as const);
  return [['', t('audit.action.any')], ...worded.toSorted((a, b) => a[1].localeCompare(b[1]))];
}

function Rows({ items }: { items: readonly AuditView[] }) {
  return (
    <Table
      testid="audit-row"
      caption={t('admin.audit')}
      items={items}
      idOf={({ seq }) => seq}
      columns={[
        { head: t('audit.at'), cell: ({ at }) => dayAndTime(at) },
        {
          head: t('audit.action'),
          cell: (entry) => (
            <span data-action={entry.action} title={entry.action}>
              {actionText(entry.action)} {reasonOf(entry) && <small>{t('happened.reason', { reason: reasonOf(entry)! })}</small>}
            </span>
          ),
        },
        {
          head: t('audit.actor'),
          cell: (entry) => (
            <>
              <a href={format(SECTION, null, { actor: entry.actor })}>{actorText(entry)}</a> <small>{entry.address}</small>
            </>
          ),
        },
        {
          head: t('audit.subject'),
          cell: ({ subject_kind, subject_id }) => (
            <a href={format(SECTION, null, { subject: subject_id })} title={subject_id}>
              {kindText(subject_kind)} <small>…{subject_id.slice(-6)}</small>
            </a>
          ),
        },
        { head: t('audit.detail'), cell: (entry) => <DetailCell entry={entry} /> },
      ]}
    />
  );
}

function actorText({ actor, actor_name }: AuditView): string {
  if (actor === 'ANYONE') return t('audit.anyone');
  if (actor === 'SYSTEM') return t('audit.system');
  return actor_name || actor;
}

function DetailCell({ entry }: { entry: AuditView }) {
  return (
    <details class="raw">
      <summary>{t('audit.detail')}</summary>
      <pre>{JSON.stringify(entry.detail, null, 2)}</pre>
      <small>
        {entry.action} · #{entry.seq} · {entry.request_id} · {entry.hash}
      </small>
    </details>
  );
}
