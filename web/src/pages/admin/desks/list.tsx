import { useEffect, useState } from 'preact/hooks';

import type { DeskView, DeskWithKey } from '../../../lib/api.gen';
import { DESK_REGISTRATION } from '../../../lib/bounds.gen';
import { t } from '../../../lib/i18n';
import { format } from '../../../lib/route';
import { SelectField, TextField, useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import { Listing } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import { lineText } from '../lookups';
import type { Office } from '../office';
import { makeDesk } from './desks';
import { KeyOnce } from './key';

const SECTION = 'desks';

export function DeskList({ office, query }: { office: Office; query: Readonly<Record<string, string>> }) {
  const { list } = office.desks;
  const [making, setMaking] = useState(false);
  const all = query['all'] === 'true';
  useEffect(() => void list.load(all), [list, all]);
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.desks')}</h2>
        <button type="button" class="primary" data-testid="desk-new" onClick={() => setMaking(true)}>
          {t('desks.new')}
        </button>
      </header>
      <nav class="tabs" aria-label={t('admin.status')}>
        {([false, true] as const).map((each) => (
          <a
            key={String(each)}
            href={format(SECTION, null, each ? { all: 'true' } : {})}
            data-testid={each ? 'desks-all' : 'desks-present'}
            aria-current={each === all ? 'true' : undefined}
          >
            {t(each ? 'desks.with_deleted' : 'desks.present')}
          </a>
        ))}
      </nav>
      <div class="card stack">
        <Listing list={list} none={<p>{t('desks.none')}</p>}>
          {(items) => <Rows items={items} office={office} />}
        </Listing>
      </div>
      {making && <New office={office} onDone={() => setMaking(false)} />}
    </section>
  );
}

function Rows({ items, office }: { items: readonly DeskView[]; office: Office }) {
  return (
    <Table
      testid="desk-row"
      caption={t('admin.desks')}
      items={items}
      idOf={({ id }) => id}
      columns={[
        {
          head: t('desks.name'),
          cell: ({ id, name }) => (
            <a href={format(SECTION, id)} data-testid="desk-open">
              {name}
            </a>
          ),
        },
        { head: t('desks.place'), cell: ({ place }) => place || '–' },
        { head: t('desks.line'), cell: ({ line }) => (line ? office.lookups.line(line) : '–') },
        { head: t('desks.key'), cell: ({ has_key }) => t(has_key ? 'desks.key.yes' : 'desks.key.no') },
        { head: t('admin.status'), cell: (desk) => <DeskMark desk={desk} /> },
      ]}
    />
  );
}

export function DeskMark({ desk }: { desk: DeskView }) {
  const state = desk.deleted ? 'DELETED' : desk.in_use ? 'IN_USE' : 'OUT_OF_USE';
  return (
    <span class={state === 'IN_USE' ? 'mark-good' : 'mark-off'} data-state={state}>
      {t(`state.${state}`)}
    </span>
  );
}

/** Registers a desk. Its key is shown this once. */
function New({ office, onDone }: { office: Office; onDone(): void }) {
  const form = useForm({ name: '', place: '', line: '' });
  const [key, setKey] = useState<DeskWithKey | null>(null);
  async function make() {
    if (form.state.peek().typed.name.trim() === '') return form.fault('name', { key: 'fault.MISSING' });
    await form.send(async (typed) => setKey(await makeDesk(typed)));
  }
  function done() {
    if (key) void office.desks.list.reload();
    onDone();
  }
  if (key) return <KeyOnce made={key} onDone={done} />;
  return (
    <FormSheet
      form={form}
      title={t('desks.new')}
      testid="desk-sheet"
      label={t('desks.make')}
      sendTestid="desk-make"
      onSend={make}
      onShut={done}
    >
      <TextField form={form} name="name" label={t('desks.name')} charsMax={DESK_REGISTRATION.name.chars_max} testid="desk-name" />
      <TextField form={form} name="place" label={t('desks.place')} charsMax={DESK_REGISTRATION.place.chars_max} testid="desk-place" optional />
      <SelectField
        form={form}
        name="line"
        label={t('desks.line')}
        optional
        options={[['', t('desks.line.any')], ...office.lookups.lines.items.value.map((line) => [line.id, lineText(line)] as const)]}
      />
    </FormSheet>
  );
}
