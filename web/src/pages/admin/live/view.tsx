import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import { ApiError, endRoom } from '../../../lib/api';
import { duration } from '../../../lib/format';
import { t, type TextKey } from '../../../lib/i18n';
import { useNow } from '../../../lib/ticker';
import { Confirm } from '../../../ui/confirm';
import { reasonText } from '../../../ui/reason';
import {
  counsellorsInOrder,
  roomsInOrder,
  ticketsInOrder,
  type LiveCounsellor,
  type LiveRoom,
  type LiveState,
  type PlacedTicket,
} from './state';

/** Enough of a desk's id to tell one from another; the whole of it would push the rest off the screen. */
const DESK_CHARS = 6;

export function Live({ live }: { live: ReadonlySignal<LiveState> }) {
  const state = live.value;
  const [ending, setEnding] = useState<LiveRoom | null>(null);
  return (
    <>
      <p
        class={state.connection === 'RETRYING' ? 'connection trouble' : 'connection'}
        data-testid="connection"
        data-connection={state.connection}
        role="status"
      >
        {t(`admin.stream.${state.connection}`)}
      </p>
      <Table
        title={t('admin.rooms')}
        none={t('admin.rooms.none')}
        heads={['admin.number', 'admin.line', 'admin.counsellor', 'admin.members', 'admin.messages', 'admin.running', null]}
      >
        {roomsInOrder(state).map((room) => (
          <RoomRow key={room.room} room={room} onEnd={() => setEnding(room)} />
        ))}
      </Table>
      <Table
        title={t('admin.tickets')}
        none={t('admin.tickets.none')}
        heads={['admin.number', 'admin.line', 'admin.nickname', 'admin.desk', 'admin.ahead', 'admin.stage', 'admin.running']}
      >
        {ticketsInOrder(state).map((ticket) => (
          <TicketRow key={ticket.ticket} ticket={ticket} />
        ))}
      </Table>
      <Table
        title={t('admin.counsellors')}
        none={t('admin.counsellors.none')}
        heads={['admin.counsellor', 'admin.connected', 'admin.intent', 'admin.activity', 'admin.held', 'admin.line']}
      >
        {counsellorsInOrder(state).map((counsellor) => (
          <CounsellorRow key={counsellor.account} counsellor={counsellor} />
        ))}
      </Table>
      {ending && <EndRoom room={ending} onDone={() => setEnding(null)} />}
    </>
  );
}

interface TableProps {
  title: string;
  none: string;
  heads: ReadonlyArray<TextKey | null>;
  children: ComponentChildren[];
}

function Table({ title, none, heads, children }: TableProps) {
  return (
    <section class="card stack">
      <h2>
        {title} <small>{children.length}</small>
      </h2>
      {children.length === 0 ? (
        <p class="hint">{none}</p>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {head ? t(head) : <span class="sr-only">{t('admin.end_room')}</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Since({ at }: { at: string }) {
  const now = useNow();
  return <>{duration(Date.parse(at), now.value)}</>;
}

function RoomRow({ room, onEnd }: { room: LiveRoom; onEnd(): void }) {
  const seats = room.members.filter(({ state }) => state !== 'LEFT');
  return (
    <tr data-testid="room-row" data-room={room.room}>
      <th scope="row">{room.number ?? '–'}</th>
      <td>
        {room.line ?? '–'} <small>{room.language}</small>
      </td>
      <td>{room.counsellor?.name ?? '–'}</td>
      <td>
        {seats.map(({ member, name, role, state }) => (
          <span key={member} class={state === 'AWAY' ? 'seat away' : 'seat'}>
            {name || t(`role.${role}`)}
            {state === 'AWAY' && ` (${t('admin.stage.away')})`}
          </span>
        ))}
      </td>
      <td class="figure">{room.last_seq}</td>
      <td class="figure">
        <Since at={room.opened_at} />
      </td>
      <td>
        <button type="button" data-testid="end-room" onClick={onEnd}>
          {t('admin.end_room')}
        </button>
      </td>
    </tr>
  );
}

function TicketRow({ ticket }: { ticket: PlacedTicket }) {
  return (
    <tr data-testid="ticket-row" data-ticket={ticket.ticket}>
      <th scope="row">{ticket.number}</th>
      <td>
        {ticket.line} <small>{ticket.language}</small>
      </td>
      <td>{ticket.nickname ?? '–'}</td>
      <td title={ticket.desk ?? undefined}>{ticket.desk ? `…${ticket.desk.slice(-DESK_CHARS)}` : '–'}</td>
      <td class="figure">{ticket.ahead}</td>
      <td>{ticket.here ? t(`admin.stage.${ticket.stage}`) : t('admin.stage.away')}</td>
      <td class="figure">
        <Since at={ticket.requested_at} />
      </td>
    </tr>
  );
}

function CounsellorRow({ counsellor }: { counsellor: LiveCounsellor }) {
  return (
    <tr data-testid="counsellor-row" data-account={counsellor.account}>
      <th scope="row">{counsellor.name}</th>
      <td>{t(counsellor.connected ? 'admin.connected.yes' : 'admin.connected.no')}</td>
      <td>
        {t(`counsellor.intent.${counsellor.intent}`)}
        {counsellor.reason && <small> {reasonText(counsellor.reason)}</small>}
      </td>
      <td>{t(`counsellor.activity.${counsellor.activity}`)}</td>
      <td class="figure">
        {counsellor.held}/{counsellor.capacity}
      </td>
      <td>{counsellor.lines.join(', ')}</td>
    </tr>
  );
}

function EndRoom({ room, onDone }: { room: LiveRoom; onDone(): void }) {
  const [reason, setReason] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  async function end() {
    try {
      await endRoom(room.room, reason.trim() || undefined);
      onDone();
    } catch (error) {
      // Somebody else was faster: it is over, which is what was wanted.
      if (error instanceof ApiError && (error.status === 404 || error.status === 409)) onDone();
      else setTrouble(error instanceof ApiError ? error.message : t('common.unreachable'));
    }
  }
  return (
    <Confirm
      question={t('admin.end_room.question', { number: room.number ?? '' })}
      detail={t('admin.end_room.detail')}
      yes={t('admin.end_room')}
      no={t('common.back')}
      testid="end-room-confirm"
      onYes={() => void end()}
      onNo={onDone}
    >
      <label class="field">
        <span>
          {t('admin.end_room.reason')} <small>({t('common.optional')})</small>
        </span>
        <input value={reason} maxLength={500} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      {trouble && (
        <p class="trouble" role="alert">
          {t('admin.end_room.failed', { detail: trouble })}
        </p>
      )}
    </Confirm>
  );
}
