import { officeTime } from '../../../lib/format';
import { GROUPS } from '../../../lib/groups';
import { t } from '../../../lib/i18n';
import { route } from '../../../lib/route';
import { nameOf } from '../../../ui/chat';
import { useLasting } from '../../../ui/lasting';
import { guestOf, isDue, lastSaid, lastWhisper, listed, unread, type Tab } from '../tabs';
import type { Screen } from '../screen';
import type { Workplace } from '../workplace';

export function guestName(tab: Tab): string {
  const guest = guestOf(tab);
  return guest ? nameOf(tab.conversation, guest) : t('role.DESK');
}

/** My rooms: those talking, then those to be wrapped up. */
export function RoomList({ workplace, screen }: { workplace: Workplace; screen: Screen }) {
  const { tabs, active } = workplace.state.value;
  const due = tabs.filter(isDue).length;
  return (
    <nav class="rooms" aria-labelledby="rooms-head">
      <header class="section-head">
        <h2 id="rooms-head">
          {t('counsellor.rooms')} <small>{tabs.length - due}</small>
        </h2>
        {due > 0 && (
          <span class="mark-new" data-testid="due">
            {t('counsellor.rooms.due', { count: due })}
          </span>
        )}
      </header>
      {tabs.length === 0 && <p class="hint">{t('counsellor.rooms.none')}</p>}
      <ul>
        {listed(tabs).map((tab) => (
          <li key={tab.room}>
            <RoomTab
              tab={tab}
              active={tab.room === active && route.value.section !== GROUPS}
              onSelect={() => {
                workplace.select(tab.room);
                screen.focus(tab.conversation.ended ? 'WRAP_UP' : 'COMPOSER', tab.conversation.ended ? null : tab.room);
              }}
            />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function RoomTab({ tab, active, onSelect }: { tab: Tab; active: boolean; onSelect(): void }) {
  const count = unread(tab);
  const last = lastSaid(tab);
  return (
    <button
      type="button"
      class={count > 0 ? 'room-tab unread' : 'room-tab'}
      data-testid="room-tab"
      data-room-tab={tab.room}
      aria-current={active ? 'true' : undefined}
      onClick={onSelect}
    >
      <span class="room-tab-head">
        <strong>{tab.number}</strong>
        <bdi>{guestName(tab)}</bdi>
        {last && <time dateTime={last.at}>{officeTime(last.at)}</time>}
      </span>
      <span class="room-tab-last">
        <Last tab={tab} />
        {count > 0 && (
          <span class="badge" data-testid="unread">
            <span aria-hidden="true">{count}</span>
            <span class="sr-only">{t('counsellor.room.unread', { count })}</span>
          </span>
        )}
      </span>
    </button>
  );
}

/** The one thing worth knowing about a room that is not in front. */
function Last({ tab }: { tab: Tab }) {
  const { conversation, handover } = tab;
  const guest = guestOf(tab);
  const isAway = useLasting(guest !== null && conversation.members[guest]?.state === 'AWAY');
  const last = lastSaid(tab);
  if (isDue(tab)) return <span class="mark-new">{t('counsellor.room.due')}</span>;
  if (conversation.ended) return <span>{t('counsellor.room.ended')}</span>;
  if (handover?.phase === 'ASKING' || handover?.phase === 'OFFERED') {
    return <span class="mark-new">{t('counsellor.room.handing')}</span>;
  }
  if (isAway) return <span class="trouble">{t('counsellor.room.away')}</span>;
  if (conversation.typing.length > 0) return <span class="now">{t('counsellor.room.typing')}</span>;
  const whisper = lastWhisper(tab);
  if (whisper) {
    return (
      <span class="whispered" dir="auto">
        {t('counsellor.room.whisper', { text: whisper.body.slice(0, 120) })}
      </span>
    );
  }
  if (!last) return <span>{t('counsellor.room.silent')}</span>;
  // The first line is all that fits.
  const text = last.body.slice(0, 120);
  return <span dir="auto">{last.mine ? t('counsellor.room.mine', { text }) : text}</span>;
}

/** Says aloud what is said in a room that is not in front. */
export function BehindNews({ workplace }: { workplace: Workplace }) {
  const { tabs, active } = workplace.state.value;
  const behind = tabs
    .filter((tab) => tab.room !== active && unread(tab) > 0)
    .map((tab) => ({ tab, last: lastWhisper(tab) ?? lastSaid(tab) }))
    .toSorted((a, b) => (a.last?.at ?? '').localeCompare(b.last?.at ?? ''))
    .at(-1);
  if (!behind?.last) return <p class="sr-only" role="status" />;
  const { tab, last } = behind;
  const isWhisper = !('seq' in last);
  const name = isWhisper ? last.from.name || t(`role.${last.from.role}`) : guestName(tab);
  const key = isWhisper ? 'counsellor.room.whispered' : 'counsellor.room.said';
  return (
    <p class="sr-only" role="status">
      {t(key, { number: tab.number, name, text: last.body.slice(0, 120) })}
    </p>
  );
}
