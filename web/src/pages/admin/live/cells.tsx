import { useComputed, type ReadonlySignal } from '@preact/signals';

import { duration } from '../../../lib/format';
import { GROUPS } from '../../../lib/groups';
import { language, t } from '../../../lib/i18n';
import { format, route } from '../../../lib/route';
import { useNow } from '../../../lib/ticker';
import { reasonText } from '../../../ui/reason';
import type { Office } from '../office';
import type { Screen } from './screen';
import type { Act } from './screen';
import type { LiveRoom } from './state';

interface Props {
  id: string;
  screen: Screen;
  office: Office;
}

interface ActingProps extends Props {
  /** The row the keys are at: its buttons alone are tabbed to. */
  active: ReadonlySignal<string | null>;
  onAct(act: Act): void;
}

/** Each row reads its own item: a change of another does not draw it anew. */
export function RoomCells({ id, active, screen, office, onAct }: ActingProps) {
  const shown = useComputed(() => screen.feed.state.value.rooms.get(id));
  const tabIndex = useComputed(() => (active.value === id ? 0 : -1));
  const isWatched = useComputed(() => route.value.section === 'live' && route.value.id === id);
  const room = shown.value;
  if (!room) return null;
  if (room.kind === 'GROUP') return <GroupCells room={room} tabIndex={tabIndex.value} />;
  const visitor = room.members.find(({ role, state }) => role === 'DESK' && state !== 'LEFT');
  const counsellor = room.members.find(({ role }) => role === 'COUNSELLOR');
  return (
    <>
      <span role="rowheader" class="cell-number">
        <a
          href={format('live', id)}
          tabIndex={tabIndex}
          data-testid="watch-room"
          aria-label={t('watch.open', { number: room.number ?? '–' })}
          aria-current={isWatched.value ? 'true' : undefined}
        >
          {room.number ?? '–'}
        </a>
      </span>
      <LineCell line={room.line ?? null} spoken={room.language ?? null} office={office} />
      <span role="gridcell" class="cell-name">
        {visitor?.state === 'AWAY' && <Gone />}
        {visitor?.name || '–'}
      </span>
      <span role="gridcell" class="cell-counsellor" title={room.counsellor?.name}>
        {counsellor?.state === 'AWAY' && <Gone />}
        {room.counsellor?.name ?? '–'}
      </span>
      <span role="gridcell" class="cell-said figure">
        <span class="cell-head">{t('live.said')} </span>
        {room.last_seq}
      </span>
      <span role="gridcell" class="cell-time figure">
        <Since at={room.opened_at} />
      </span>
      <span role="gridcell" class="cell-acts">
        <button type="button" data-testid="move-room" tabIndex={tabIndex} onClick={() => onAct({ kind: 'MOVE', room })}>
          {t('live.move')} <span class="sr-only">{room.number}</span>
        </button>
        <button type="button" data-testid="end-room" tabIndex={tabIndex} onClick={() => onAct({ kind: 'END', room })}>
          {t('admin.end_room')} <span class="sr-only">{room.number}</span>
        </button>
      </span>
    </>
  );
}

/** A room of staff and their guests: it is seen to where all of them are. */
function GroupCells({ room: { room, title, creator, last_seq, opened_at }, tabIndex }: { room: LiveRoom; tabIndex: number }) {
  return (
    <>
      <span role="rowheader" class="cell-number">
        <a href={format(GROUPS, room)} tabIndex={tabIndex} aria-label={t('watch.group.open', { title: title ?? '' })}>
          {t('watch.group')}
        </a>
      </span>
      <span role="gridcell" class="cell-line" title={title}>
        {title}
      </span>
      <span role="gridcell" class="cell-name">
        –
      </span>
      <span role="gridcell" class="cell-counsellor" title={creator?.name}>
        {creator?.name ?? '–'}
      </span>
      <span role="gridcell" class="cell-said figure">
        <span class="cell-head">{t('live.said')} </span>
        {last_seq}
      </span>
      <span role="gridcell" class="cell-time figure">
        <Since at={opened_at} />
      </span>
      <span role="gridcell" class="cell-acts" />
    </>
  );
}

export function TicketCells({ id, active, screen, office, onAct }: ActingProps) {
  const shown = useComputed(() => screen.feed.state.value.tickets.get(id));
  const ahead = useComputed(() => screen.places.value.get(id) ?? 0);
  const tabIndex = useComputed(() => (active.value === id ? 0 : -1));
  const ticket = shown.value;
  if (!ticket) return null;
  const where = ticket.desk ? office.lookups.desk(ticket.desk) : t('desks.public');
  return (
    <>
      <span role="rowheader" class="cell-number">
        {ticket.number}
      </span>
      <LineCell line={ticket.line} spoken={ticket.language} office={office} />
      <span role="gridcell" class="cell-name" title={where}>
        {ticket.nickname ?? <small>{where}</small>}
      </span>
      <span role="gridcell" class="cell-ahead figure">
        <span class="cell-head">{t('admin.ahead')} </span>
        {ahead}
      </span>
      <span role="gridcell" class="cell-stage">
        {ticket.here ? <Stage stage={ticket.stage} /> : <Away />}
      </span>
      <span role="gridcell" class="cell-time figure">
        <Since at={ticket.requested_at} late={screen.target_s} />
      </span>
      <span role="gridcell" class="cell-acts">
        <button type="button" data-testid="move-ticket" tabIndex={tabIndex} onClick={() => onAct({ kind: 'LINE', ticket })}>
          {t('live.move')} <span class="sr-only">{ticket.number}</span>
        </button>
      </span>
    </>
  );
}

export function CounsellorCells({ id, screen, office }: Props) {
  const shown = useComputed(() => screen.feed.state.value.counsellors.get(id));
  const one = shown.value;
  if (!one) return null;
  const lines = one.lines.map((topic) => office.lookups.topic(topic, null)).join(', ');
  return (
    <>
      <span role="rowheader" class="cell-counsellor" title={one.name}>
        {one.name}
      </span>
      <span role="gridcell" class="cell-connected">
        <span class={one.connected ? 'dot on' : 'dot'} aria-hidden="true" />
        {t(one.connected ? 'admin.connected.yes' : 'admin.connected.no')}
      </span>
      <span role="gridcell" class="cell-intent">
        {t(`counsellor.intent.${one.intent}`)}
        {one.reason && <small> {reasonText(one.reason)}</small>}
      </span>
      <span role="gridcell" class="cell-activity">
        <span class={one.activity === 'IDLE' ? undefined : `mark-${one.activity === 'OFFERED' ? 'new' : 'good'}`}>
          {t(`counsellor.activity.${one.activity}`)}
        </span>
      </span>
      <span role="gridcell" class="cell-held figure">
        {one.held}/{one.capacity}
      </span>
      <span role="gridcell" class="cell-lines" title={lines}>
        {lines || '–'}
      </span>
    </>
  );
}

/** A line, and its language where it is not the one of the page. */
function LineCell({ line, spoken, office }: { line: string | null; spoken: string | null; office: Office }) {
  const name = office.lookups.topic(line, spoken);
  return (
    <span role="gridcell" class="cell-line" title={name}>
      {spoken !== null && spoken !== language.value && <small class="tongue">{spoken}</small>}
      {name}
    </span>
  );
}

function Stage({ stage }: { stage: 'WAITING' | 'OFFERED' | 'PAIRING' }) {
  return <span class={stage === 'WAITING' ? undefined : 'mark-good'}>{t(`admin.stage.${stage}`)}</span>;
}

function Away() {
  return <span class="mark-new">{t('admin.stage.away')}</span>;
}

/** The same where there is no room for the words beside a name. */
function Gone() {
  return (
    <span class="dot gone" title={t('admin.stage.away')}>
      <span class="sr-only">{t('admin.stage.away')} </span>
    </span>
  );
}

/** A running duration. Only its text changes with the second; past `late` seconds it is marked. */
function Since({ at, late }: { at: string; late?: ReadonlySignal<number | null> }) {
  const now = useNow();
  const from = Date.parse(at);
  const text = useComputed(() => duration(from, now.value));
  const mark = useComputed(() => {
    const limit = late?.value ?? null;
    return limit !== null && now.value - from > limit * 1000 ? 'late' : '';
  });
  return <time class={mark}>{text}</time>;
}
