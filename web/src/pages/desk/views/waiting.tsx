import { useState } from 'preact/hooks';

import type { Conversation } from '../../../lib/conversation';
import { range } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import type { ErrorCode } from '../../../lib/protocol.gen';
import { Messages } from '../../../ui/chat';
import { Confirm } from '../../../ui/confirm';
import type { Notice } from '../notices';
import type { Ticket } from '../state';

interface AskingProps {
  resuming: boolean;
  trouble: ErrorCode | null;
  /** The server is asked again by itself after so long. */
  wait_s: number | null;
  onLeave(): void;
}

/** The request is on its way, or a visit is being taken up again. */
export function Asking({ resuming, trouble, wait_s, onLeave }: AskingProps) {
  const waits = wait_s !== null && t('desk.asking.wait', { seconds: wait_s });
  return (
    <section class="screen stack centred">
      <div class="pulse" aria-hidden="true" />
      <div role="status">
        <h1 tabIndex={-1}>{t(resuming ? 'desk.resuming' : 'desk.asking')}</h1>
        <p class="lead">{waits || (trouble ? t(`error.${trouble}`) : t('desk.asking.stay'))}</p>
      </div>
      <button type="button" class="quiet" data-testid="leave" onClick={onLeave}>
        {t('common.cancel')}
      </button>
    </section>
  );
}

function place({ ahead }: Ticket): string {
  if (ahead === null) return t('desk.waiting.ahead.unknown');
  if (ahead === 0) return t('desk.waiting.next');
  return t(ahead === 1 ? 'desk.waiting.one_ahead' : 'desk.waiting.ahead', { ahead });
}

interface WaitingProps {
  ticket: Ticket;
  /** What the line is called, where that is known. */
  line: string | null;
  /** What was said before the counsellor was lost. */
  conversation: Conversation | null;
  notices: readonly Notice[];
  onCancel(): void;
}

export function Waiting({ ticket, line, conversation, notices, onCancel }: WaitingProps) {
  return (
    <section class={conversation ? 'screen waiting with-talk' : 'screen waiting'}>
      <div class="card stack centred">
        <h1 tabIndex={-1}>{t('desk.waiting.title')}</h1>
        <p class="ticket">
          <span>
            {t('desk.waiting.number')}
            {line && ` · ${line}`}
          </span>
          <strong data-testid="number">{ticket.number}</strong>
        </p>
        <div aria-live="polite" class="stack tight">
          <p class="place" data-testid="ahead" data-ahead={ticket.ahead ?? ''}>
            {place(ticket)}
          </p>
          <p class="lead" data-testid="eta">
            {ticket.eta_s ? `${t('desk.waiting.eta')} ${range(ticket.eta_s)}` : ticket.ahead !== null && t('eta.unknown')}
          </p>
        </div>
        {conversation ? (
          <p role="status">{t('desk.waiting.again')}</p>
        ) : (
          <p class="then">
            {t('desk.waiting.stay')} {t('desk.waiting.kept')}
          </p>
        )}
        <Cancel onCancel={onCancel} />
      </div>
      {conversation ? <Before conversation={conversation} /> : <Notices notices={notices} />}
    </section>
  );
}

/** Between two counsellors. Nothing to do but stay, and nothing that could be taken for the end. */
export function Handover({ conversation, onCancel }: { conversation: Conversation | null; onCancel(): void }) {
  return (
    <section class="screen waiting with-talk" data-testid="handover">
      <div class="card stack centred">
        <div class="pulse" aria-hidden="true" />
        <div role="status">
          <h1 tabIndex={-1}>{t('desk.handover.title')}</h1>
          <p class="lead">{t('desk.handover.detail')}</p>
        </div>
        <Cancel onCancel={onCancel} />
      </div>
      {conversation && <Before conversation={conversation} />}
    </section>
  );
}

/** The conversation so far. */
function Before({ conversation }: { conversation: Conversation }) {
  return (
    <div class="card talk">
      <Messages conversation={conversation} />
    </div>
  );
}

function Notices({ notices }: { notices: readonly Notice[] }) {
  if (notices.length === 0) return null;
  return (
    <div class="stack notices" data-testid="notices">
      <h2>{t('desk.notices')}</h2>
      {notices.map(({ id, title, body }) => (
        <details key={id} class="card" open={notices.length === 1}>
          <summary>{title}</summary>
          <p>{body}</p>
        </details>
      ))}
    </div>
  );
}

function Cancel({ onCancel }: { onCancel(): void }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" class="quiet" data-testid="cancel" onClick={() => setAsking(true)}>
        {t('desk.cancel')}
      </button>
      {asking && (
        <Confirm
          question={t('desk.cancel.question')}
          detail={t('desk.cancel.detail')}
          yes={t('desk.cancel.confirm')}
          no={t('desk.cancel.keep')}
          testid="cancel-confirm"
          onYes={onCancel}
          onNo={() => setAsking(false)}
        />
      )}
    </>
  );
}
