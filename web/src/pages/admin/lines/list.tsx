import { useEffect, useState } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { format } from '../../../lib/route';
import { useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import { Shown } from '../../../ui/listing';
import { OfficeName } from '../../../ui/office-name';
import { Table } from '../../../ui/table';
import { lineText } from '../lookups';
import type { Office } from '../office';
import { TestMark } from '../try/mark';
import { check, LineFields } from './fields';
import { makeLine, readLines, usual, type LineRow, type LineValues } from './lines';

const SECTION = 'lines';

/** The lines in the order visitors see them. */
export function LineList({ office }: { office: Office }) {
  const [one] = useState(() => new One(readLines));
  const [making, setMaking] = useState(false);
  useEffect(() => void one.load(), [one]);
  const state = one.state.value;
  const real = state.status === 'READY' ? state.item.filter(({ test }) => !test) : [];
  const last = Math.max(0, ...real.map(({ order }) => order));
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.lines')}</h2>
        {office.may('lines') && (
          <button type="button" class="primary" data-testid="line-new" onClick={() => setMaking(true)}>
            {t('lines.new')}
          </button>
        )}
      </header>
      <div class="card stack">
        <Shown one={one}>
          {(lines) => (lines.length === 0 ? <p data-testid="none">{t('lines.none')}</p> : <Rows lines={lines} />)}
        </Shown>
        {!office.may('lines') && <p class="hint">{t('lines.admins_only')}</p>}
      </div>
      <div class="card stack">
        <h3>{t('office.title')}</h3>
        <OfficeName readOnly={!office.may('lines')} />
      </div>
      {making && (
        <New
          order={last + 1}
          onDone={(made) => {
            setMaking(false);
            if (!made) return;
            void one.refresh();
            void office.lookups.lines.load();
          }}
        />
      )}
    </section>
  );
}

function Rows({ lines }: { lines: readonly LineRow[] }) {
  return (
    <Table
      testid="line-row"
      caption={t('admin.lines')}
      items={lines}
      idOf={({ id }) => id}
      columns={[
        {
          head: t('admin.line'),
          cell: (line) => (
            <>
              <a href={format(SECTION, line.id)} data-testid="line-open">
                {lineText(line)}
              </a>{' '}
              {line.test && <TestMark />}
            </>
          ),
        },
        { head: t('lines.topic'), cell: ({ topic }) => <code>{topic}</code> },
        { head: t('lines.prefix'), cell: ({ prefix }) => prefix },
        { head: t('lines.order'), cell: ({ order }) => order, figure: true },
        { head: t('lines.waiting_max'), cell: ({ waiting_max }) => waiting_max, figure: true },
        { head: t('hours.title'), cell: ({ hours, open }) => `${t(hours ? 'hours.planned' : 'hours.always')}${open ? '' : ` · ${t('hours.closed_now')}`}` },
        {
          head: t('admin.status'),
          cell: ({ in_use }) => (
            <span class={in_use ? 'mark-good' : 'mark-off'}>{t(in_use ? 'state.IN_USE' : 'state.OUT_OF_USE')}</span>
          ),
        },
      ]}
    />
  );
}

function New({ order, onDone }: { order: number; onDone(made: boolean): void }) {
  const form = useForm<LineValues>(() => usual(order));
  async function make() {
    if (!check(form, true)) return;
    if (await form.send(makeLine)) onDone(true);
  }
  return (
    <FormSheet
      form={form}
      title={t('lines.new')}
      testid="line-sheet"
      label={t('lines.make')}
      sendTestid="line-make"
      onSend={make}
      onShut={() => onDone(false)}
    >
      <LineFields form={form} disabled={false} isNew />
    </FormSheet>
  );
}
