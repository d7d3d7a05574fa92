import { useEffect, useState } from 'preact/hooks';

import type { ReplyView } from '../../../lib/api.gen';
import { languageName } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { format } from '../../../lib/route';
import { Shown } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import { readReplies, scopeOf, SCOPES, type Scope } from './replies';
import { NewReply, ReplySheet } from './sheets';

const SECTION = 'replies';

/** Canned replies: those that all share, and one's own. */
export function ReplyList({ query }: { query: Readonly<Record<string, string>> }) {
  const scope = scopeOf(query['scope']);
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.replies')}</h2>
      </header>
      <nav class="tabs" aria-label={t('admin.replies')}>
        {SCOPES.map((each) => (
          <a
            key={each}
            href={format(SECTION, null, { scope: each })}
            data-testid={`scope-${each}`}
            aria-current={each === scope ? 'true' : undefined}
          >
            {t(`replies.scope.${each}`)}
          </a>
        ))}
      </nav>
      <Replies key={scope} scope={scope} />
    </section>
  );
}

function Replies({ scope }: { scope: Scope }) {
  const [one] = useState(() => new One(() => readReplies(scope)));
  const [open, setOpen] = useState<ReplyView | 'NEW' | null>(null);
  useEffect(() => void one.load(), [one]);
  const changed = () => void one.refresh();
  return (
    <div class="card stack">
      <header class="head">
        <p class="hint">{t(`replies.scope.${scope}.hint`)}</p>
        <button type="button" class="primary" data-testid="reply-new" onClick={() => setOpen('NEW')}>
          {t('replies.new')}
        </button>
      </header>
      <Shown one={one}>
        {(replies) =>
          replies.length === 0 ? (
            <p data-testid="none">{t('replies.none')}</p>
          ) : (
            <Rows replies={replies} onOpen={setOpen} />
          )
        }
      </Shown>
      {open === 'NEW' && <NewReply scope={scope} onChanged={changed} onDone={() => setOpen(null)} />}
      {open && open !== 'NEW' && <ReplySheet scope={scope} reply={open} onChanged={changed} onDone={() => setOpen(null)} />}
    </div>
  );
}

function Rows({ replies, onOpen }: { replies: readonly ReplyView[]; onOpen(reply: ReplyView): void }) {
  return (
    <Table
      testid="reply-row"
      caption={t('admin.replies')}
      items={replies}
      idOf={({ id }) => id}
      columns={[
        {
          head: t('replies.shortcut'),
          cell: (reply) => (
            <button type="button" class="link" data-testid="reply-open" onClick={() => onOpen(reply)}>
              {reply.shortcut}
            </button>
          ),
        },
        { head: t('replies.body'), cell: ({ body }) => <span class="clipped">{body}</span> },
        { head: t('lines.language'), cell: ({ language }) => languageName(language) },
      ]}
    />
  );
}
