import { useState } from 'preact/hooks';

import type { Conversation } from '../../../lib/conversation';
import { t } from '../../../lib/i18n';
import { Composer, Messages, nameOf, Presence } from '../../../ui/chat';
import { Confirm } from '../../../ui/confirm';

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
  return (
    <section class="card talk" data-testid="chat">
      <header class="talk-head">
        <div>
          <h1>{others.map(({ member }) => nameOf(conversation, member)).join(', ') || t('role.COUNSELLOR')}</h1>
          <p class="hint" role="status">
            {t('desk.matched')} {number && <span>· {number}</span>}
          </p>
        </div>
        <button type="button" data-testid="end" onClick={() => setAsking(true)}>
          {t('desk.end')}
        </button>
      </header>
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
