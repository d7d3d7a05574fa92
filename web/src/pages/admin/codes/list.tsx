import { useEffect, useState } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { format } from '../../../lib/route';
import { Shown } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import type { Office } from '../office';
import { GROUPS, groupOf, readCodes, type CodeRow, type Group } from './codes';
import { CodeSheet, NewCode } from './sheets';

const SECTION = 'codes';

/** The codes of a group, in the order they are shown. */
export function CodeList({ office, query }: { office: Office; query: Readonly<Record<string, string>> }) {
  const group = groupOf(query['group']);
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.codes')}</h2>
      </header>
      <nav class="tabs" aria-label={t('codes.group')}>
        {GROUPS.map((each) => (
          <a
            key={each}
            href={format(SECTION, null, { group: each })}
            data-testid={`group-${each}`}
            aria-current={each === group ? 'true' : undefined}
          >
            {t(`codes.group.${each}`)}
          </a>
        ))}
      </nav>
      <GroupCodes key={group} group={group} office={office} />
    </section>
  );
}

function GroupCodes({ group, office }: { group: Group; office: Office }) {
  const [one] = useState(() => new One(() => readCodes(group)));
  const [open, setOpen] = useState<CodeRow | 'NEW' | null>(null);
  useEffect(() => void one.load(), [one]);
  const mayEdit = office.may('codes');
  function changed() {
    void one.refresh();
    if (group === 'RESULT') void office.lookups.results.load();
  }
  const state = one.state.value;
  const next = state.status === 'READY' ? Math.max(0, ...state.item.map(({ order }) => order)) + 1 : 1;
  return (
    <div class="card stack">
      <header class="head">
        <p class="hint">{t(`codes.group.${group}.hint`)}</p>
        {mayEdit && (
          <button type="button" class="primary" data-testid="code-new" onClick={() => setOpen('NEW')}>
            {t('codes.new')}
          </button>
        )}
      </header>
      <Shown one={one}>
        {(codes) =>
          codes.length === 0 ? (
            <p data-testid="none">{t('codes.none')}</p>
          ) : (
            <Rows codes={codes} onOpen={mayEdit ? setOpen : null} />
          )
        }
      </Shown>
      {!mayEdit && <p class="hint">{t('codes.admins_only')}</p>}
      {open === 'NEW' && <NewCode group={group} order={next} onChanged={changed} onDone={() => setOpen(null)} />}
      {open && open !== 'NEW' && <CodeSheet code={open} onChanged={changed} onDone={() => setOpen(null)} />}
    </div>
  );
}

function Rows({ codes, onOpen }: { codes: readonly CodeRow[]; onOpen: ((code: CodeRow) => void) | null }) {
  return (
    <Table
      testid="code-row"
      caption={t('admin.codes')}
      items={codes}
      idOf={({ seq }) => seq}
      columns={[
        {
          head: t('codes.code'),
          cell: (code) =>
            onOpen ? (
              <button type="button" class="link" data-testid="code-open" onClick={() => onOpen(code)}>
                {code.code}
              </button>
            ) : (
              code.code
            ),
        },
        { head: t('codes.value'), cell: ({ value }) => <span lang="ko">{value}</span> },
        { head: t('codes.value_en'), cell: ({ value_en }) => (value_en ? <span lang="en">{value_en}</span> : '–') },
        { head: t('lines.order'), cell: ({ order }) => order, figure: true },
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
