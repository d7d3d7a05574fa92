import { useState } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { Confirm } from '../../../ui/confirm';
import { ConnectionLine } from '../../../ui/connection';
import { Face } from '../../../ui/face';
import { GroupConversation } from '../../../ui/groups/conversation';
import { Note } from './note';
import type { Stay } from '../stay';

/** The room, until one leaves it or it ends. */
export function Inside({ stay }: { stay: Stay }) {
  const { stage } = stay.state.value;
  const room = stay.room.value;
  const [asks, setAsks] = useState(false);
  if (!room) return <Note stage="LEFT" />;
  const { seat, conversation, connection } = room.state.value;
  if (!seat || !conversation) {
    return (
      <section class="card stack centred">
        <p role="status">{t('room.joining')}</p>
        <ConnectionLine connection={connection} />
        <button type="button" class="quiet" onClick={() => stay.leave()}>
          {t('room.leave')}
        </button>
      </section>
    );
  }
  return (
    <section class="card group-room" data-testid="guest-room">
      <header class="group-head">
        <Face id={room.room} name={seat.title} picture={seat.picture} large />
        <div class="group-what">
          <h1 tabIndex={-1}>
            <bdi>{seat.title}</bdi>
          </h1>
          {seat.info && <p dir="auto">{seat.info}</p>}
        </div>
        {stage.at === 'IN' && (
          <button type="button" data-testid="guest-leave" onClick={() => setAsks(true)}>
            {t('room.leave')}
          </button>
        )}
      </header>
      {stage.at === 'OVER' ? (
        <div class="notice over-note" data-testid="guest-over" data-reason={stage.reason ?? ''}>
          <p role="status">{t(stage.reason === 'EXPIRED' ? 'room.over.EXPIRED' : 'room.over')}</p>
          <button type="button" data-testid="guest-wipe" onClick={() => stay.wipe()}>
            {t('room.over.wipe')}
          </button>
        </div>
      ) : (
        <ConnectionLine connection={connection} quiet />
      )}
      <GroupConversation room={room} conversation={conversation} />
      {asks && (
        <Confirm
          question={t('room.leave.question')}
          detail={t('room.leave.detail')}
          yes={t('room.leave')}
          no={t('room.leave.stay')}
          testid="guest-leave-confirm"
          onYes={() => stay.leave()}
          onNo={() => setAsks(false)}
        />
      )}
    </section>
  );
}
