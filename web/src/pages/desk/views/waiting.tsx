import { useState } from 'preact/hooks';

import type { Conversation } from '../../../lib/conversation';
import { range } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import type { ErrorCode } from '../../../lib/protocol.gen';
import { Messages } from '../../../ui/chat';
import { Confirm } from '../../../ui/confirm';
import type { Ticket } from '../state';

/** The request is on its way, or a visit is being taken up again. */
export function Asking({ resuming, trouble, onLeave }: { resuming: boolean; trouble: ErrorCode | null; onLeave(): void }) {
  return (
    <section class="card stack wide centred">
      <div class="pulse" aria-hidden="true" />
      <div role="status">
        <h1>{t(resuming ? 'desk.resuming' : 'desk.asking')}</h1>
      </div>
      <p role="status">{trouble && t(`error.${trouble}`)}</p>
      <button type="button" class="quiet" data-testid="leave" onClick={onLeave}>
        {t('common.cancel')}
      </button>
    </section>
  );
}

function ahead({ ahead }: Ticket): string {
  if (ahead === null) return t('desk.waiting.ahead.unknown');
  return ahead === 0 ? t('desk.waiting.next') : t('desk.waiting.ahead', { ahead });
}

interface Props {
  ticket: Ticket;
  /** What was said before the counsellor was lost. */
  conversation: Conversation | null;
  onCancel(): void;
}

export function Waiting({ ticket, conversation, onCancel }: Props) {
  const [asking, setAsking] = useState(false);
  return (
    <section class={conversation ? 'waiting with-talk' : 'waiting'}>
      <div class="card stack centred">
        <h1>{t('desk.waiting.title')}</h1>
        {conversation && <p role="status">{t('desk.waiting.again')}</p>}
        <p class="ticket">
          <span>{t('desk.waiting.number')}</span>
          <strong data-testid="number">{ticket.number}</strong>
        </p>
        <div aria-live="polite" class="stack tight">
          <p class="place" data-testid="ahead" data-ahead={ticket.ahead ?? ''}>
            {ahead(ticket)}
          </p>
          <p data-testid="eta">
            {ticket.eta_s ? `${t('desk.waiting.eta')} ${range(ticket.eta_s)}` : ticket.ahead !== null && t('eta.unknown')}
          </p>
        </div>
        <p class="hint">{t('desk.waiting.stay')}</p>
        <button type="button" data-testid="cancel" onClick={() => setAsking(true)}>
          {t('desk.cancel')}
        </button>
      </div>
      {conversation && (
        <div class="card talk">
          <Messages conversation={conversation} />
        </div>
      )}
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
    </section>
  );
}
