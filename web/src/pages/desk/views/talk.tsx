import { useEffect, useState } from 'preact/hooks';

import type { Conversation } from '../../../lib/conversation';
import { t } from '../../../lib/i18n';
import { Composer, Messages, nameOf, Presence } from '../../../ui/chat';
import { Confirm } from '../../../ui/confirm';
import { StaffMark } from '../../../ui/staff-mark';

/** How long it is said who came, unless somebody says something before. */
const ARRIVED_MS = 12_000;

interface Props {
  conversation: Conversation;
  number: string | null;
  onSay(body: string): void;
  onTyping(on: boolean): void;
  onEnd(): void;
}

export function Talk({ conversation, number, onSay, onTyping, onEnd }: Props) {
  const [asking, setAsking] = useState(false);
  const others = Object.values(conversation.members).filter(
    ({ member, state }) => member !== conversation.you && state !== 'LEFT',
  );
  const named = (isManager: boolean) =>
    others
      .filter(({ role }) => (role === 'MANAGER') === isManager)
      .map(({ member }) => nameOf(conversation, member))
      .join(', ');
  const name = named(false) || t('role.COUNSELLOR');
  const manager = named(true);
  return (
    <section class="card talk" data-testid="chat">
      <header class="talk-head">
        <div>
          <h1>
            <bdi>{name}</bdi>
            {named(false) && <StaffMark role="COUNSELLOR" />}
          </h1>
          <p class="hint" role="status">
            {t('desk.matched')} {number && <span>· {number}</span>}
          </p>
          <p class="with-manager" role="status" data-testid="with-manager">
            {manager && t('desk.manager', { name: manager })}
          </p>
        </div>
        <button type="button" data-testid="end" onClick={() => setAsking(true)}>
          {t('desk.end')}
        </button>
      </header>
      <Arrived key={conversation.room} name={name} said={conversation.told.length + conversation.outbox.length} />
      <Messages conversation={conversation} />
      <Presence conversation={conversation} />
      <Composer onSay={onSay} onTyping={onTyping} />
      {asking && (
        <Confirm
          question={t('desk.end.question')}
          detail={t('desk.end.detail')}
          yes={t('desk.end.confirm')}
          no={t('desk.end.keep')}
          testid="end-confirm"
          onYes={onEnd}
          onNo={() => setAsking(false)}
        />
      )}
    </section>
  );
}

/** Who has come, large enough to be seen by somebody who looked away. */
function Arrived({ name, said }: { name: string; said: number }) {
  const [before] = useState(said);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), ARRIVED_MS);
    return () => clearTimeout(timer);
  }, []);
  if (over || said !== before) return null;
  return (
    <div class="arrived" role="status" data-testid="arrived">
      <strong>{t('desk.arrived', { name })}</strong>
      <span>{t('desk.arrived.detail')}</span>
    </div>
  );
}
