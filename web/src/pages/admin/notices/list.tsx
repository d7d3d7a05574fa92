import { useEffect, useState } from 'preact/hooks';

import type { PostView } from '../../../lib/api.gen';
import { dayAndTime, languageName } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { Shown } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import { readNotices, stateOf } from './notices';
import { NewNotice, NoticeSheet } from './sheets';

const MARKS = { SHOWN: 'mark-good', LATER: 'mark-off', OVER: 'mark-off' } as const;

/** The notices of all languages, in the order they are shown. */
export function NoticeList() {
  const [one] = useState(() => new One(readNotices));
  const [open, setOpen] = useState<PostView | 'NEW' | null>(null);
  useEffect(() => void one.load(), [one]);
  const changed = () => void one.refresh();
  const state = one.state.value;
  const next = state.status === 'READY' ? Math.max(0, ...state.item.map(({ order }) => order)) + 1 : 1;
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.notices')}</h2>
        <button type="button" class="primary" data-testid="notice-new" onClick={() => setOpen('NEW')}>
          {t('notices.new')}
        </button>
      </header>
      <div class="card stack">
        <p class="hint">{t('notices.hint')}</p>
        <Shown one={one}>
          {(notices) =>
            notices.length === 0 ? (
              <p data-testid="none">{t('notices.none')}</p>
            ) : (
              <Rows notices={notices} onOpen={setOpen} />
            )
          }
        </Shown>
      </div>
      {open === 'NEW' && <NewNotice order={next} onChanged={changed} onDone={() => setOpen(null)} />}
      {open && open !== 'NEW' && <NoticeSheet notice={open} onChanged={changed} onDone={() => setOpen(null)} />}
    </section>
  );
}

function Rows({ notices, onOpen }: { notices: readonly PostView[]; onOpen(notice: PostView): void }) {
  return (
    <Table
      testid="notice-row"
      caption={t('admin.notices')}
      items={notices}
      idOf={({ id }) => id}
      columns={[
        {
          head: t('notices.title'),
          cell: (notice) => (
            <button type="button" class="link" data-testid="notice-open" onClick={() => onOpen(notice)}>
              {notice.title}
            </button>
          ),
        },
        { head: t('lines.language'), cell: ({ language }) => languageName(language) },
        { head: t('notices.from'), cell: ({ from }) => dayAndTime(from) },
        { head: t('notices.until'), cell: ({ until }) => dayAndTime(until) },
        { head: t('lines.order'), cell: ({ order }) => order, figure: true },
        {
          head: t('admin.status'),
          cell: (notice) => {
            const state = stateOf(notice);
            return (
              <span class={MARKS[state]} data-state={state}>
                {t(`notices.state.${state}`)}
              </span>
            );
          },
        },
      ]}
    />
  );
}
