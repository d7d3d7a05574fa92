import { useState } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { Composer, Messages, nameOf, Presence } from '../../../ui/chat';
import { Confirm } from '../../../ui/confirm';
import { guestOf, unread, type Tab } from '../tabs';
import type { Workplace } from '../workplace';
import { WrapUpForm } from './wrap-up';

function guestName(tab: Tab): string {
  const guest = guestOf(tab);
  return guest ? nameOf(tab.conversation, guest) : t('role.DESK');
}

export function Rooms({ workplace }: { workplace: Workplace }) {
  const { tabs, active } = workplace.state.value;
  const shown = tabs.find(({ room }) => room === active);
  return (
    <>
      <nav aria-label={t('counsellor.rooms')} class="tabs">
        {tabs.map((tab) => (
          <RoomTab key={tab.room} tab={tab} active={tab === shown} onSelect={() => workplace.select(tab.room)} />
        ))}
      </nav>
      {shown ? (
        <Room key={shown.room} tab={shown} workplace={workplace} />
      ) : (
        <section class="card no-room">
          <p class="hint">{t('counsellor.rooms.none')}</p>
        </section>
      )}
    </>
  );
}

function RoomTab({ tab, active, onSelect }: { tab: Tab; active: boolean; onSelect(): void }) {
  const count = unread(tab);
  return (
    <button
      type="button"
      class="tab"
      data-testid="room-tab"
      data-room={tab.room}
      aria-current={active ? 'true' : undefined}
      onClick={onSelect}
    >
      <strong>{tab.number}</strong>
      <span>{guestName(tab)}</span>
      {tab.conversation.ended && <small>{t('counsellor.room.ended')}</small>}
      {count > 0 && (
        <span class="badge" data-testid="unread">
          <span aria-hidden="true">{count}</span>
          <span class="sr-only">{t('counsellor.room.unread', { count })}</span>
        </span>
      )}
    </button>
  );
}

function Room({ tab, workplace }: { tab: Tab; workplace: Workplace }) {
  const [asking, setAsking] = useState(false);
  const { room, conversation, number, wrap_up } = tab;
  const { ended } = conversation;
  const off = workplace.state.value.connection !== 'OPEN';
  const draft = workplace.drafts.get(room) ?? {};
  return (
    <section class={ended ? 'card talk over' : 'card talk'} data-testid="room" data-room={room}>
      <header class="talk-head">
        <div>
          <h1>{guestName(tab)}</h1>
          <p class="hint">
            {number} · {tab.line}
          </p>
        </div>
        {!ended && (
          <button type="button" data-testid="end" disabled={off} onClick={() => setAsking(true)}>
            {t('counsellor.end')}
          </button>
        )}
      </header>
      <Messages conversation={conversation} />
      {!ended && <Presence conversation={conversation} />}
      {ended ? (
        <>
          <p role="status" data-testid="ended" data-reason={ended.reason ?? ''}>
            {t(`counsellor.ended.${ended.reason ?? 'unknown'}`)}
          </p>
          <WrapUpForm tab={tab} workplace={workplace} />
          {!wrap_up.required && wrap_up.phase !== 'SENT' && (
            <button type="button" class="quiet" data-testid="room-close" onClick={() => workplace.shut(room)}>
              {wrap_up.phase === 'OPEN' ? t('counsellor.wrap_up.skip') : t('common.close')}
            </button>
          )}
        </>
      ) : (
        <Composer
          draft={draft.body ?? ''}
          onDraft={(body) => workplace.drafts.set(room, { ...workplace.drafts.get(room), body })}
          onSay={(body) => workplace.say(room, body)}
          onTyping={(on) => workplace.typing(room, on)}
        />
      )}
      {asking && !ended && (
        <Confirm
          question={t('counsellor.end.question', { number })}
          detail={t('counsellor.end.detail')}
          yes={t('counsellor.end')}
          no={t('common.back')}
          testid="end-confirm"
          onYes={() => {
            setAsking(false);
            workplace.end(room);
          }}
          onNo={() => setAsking(false)}
        />
      )}
    </section>
  );
}
