import type { Activity, Intent, Member, RoomId, TicketId } from '../../../lib/protocol.gen';
import type { Changes } from './changes';

/** Who takes consultations, as the live list names them. */
export interface Taker {
  account: string;
  name: string;
}

/** A room that is open. Of a group room the server names neither number nor line, but a title and who opened it. */
export interface LiveRoom {
  room: RoomId;
  consultation: TicketId | null;
  number: string | null;
  line: string | null;
  language: string | null;
  kind: string;
  status: string;
  opened_at: string;
  last_seq: number;
  counsellor: Taker | null;
  members: Member[];
  title?: string;
  creator?: Taker;
}

export interface LiveTicket {
  ticket: TicketId;
  number: string;
  line: string;
  language: string;
  nickname: string | null;
  desk: string | null;
  requested_at: string;
  priority: number;
  /** False while its socket is gone and its place is kept. */
  here: boolean;
  stage: 'WAITING' | 'OFFERED' | 'PAIRING';
}

export interface LiveCounsellor extends Taker {
  connected: boolean;
  intent: Intent;
  reason: string | null;
  activity: Activity;
  capacity: number;
  held: number;
  lines: string[];
}

export interface Snapshot {
  rooms: LiveRoom[];
  tickets: LiveTicket[];
  counsellors: LiveCounsellor[];
}

/** One change of one row. */
export type Change<Item> = { op: 'put'; id: string; item: Item } | { op: 'drop'; id: string };

export type StreamEvent =
  | { type: 'snapshot'; data: Snapshot }
  | { type: 'room'; data: Change<LiveRoom> }
  | { type: 'ticket'; data: Change<LiveTicket> }
  | { type: 'counsellor'; data: Change<LiveCounsellor> };

export type Connection = 'CONNECTING' | 'OPEN' | 'RETRYING';

export interface LiveState {
  readonly connection: Connection;
  readonly rooms: ReadonlyMap<string, LiveRoom>;
  readonly tickets: ReadonlyMap<string, LiveTicket>;
  readonly counsellors: ReadonlyMap<string, LiveCounsellor>;
}

/** `changes` are those of a frame; of a row that came and went within it nothing is known. */
export type LiveAction =
  | { type: 'snapshot'; data: Snapshot }
  | { type: 'changes'; changes: Changes }
  | { type: 'connection'; connection: Connection };

export const empty: LiveState = {
  connection: 'CONNECTING',
  rooms: new Map(),
  tickets: new Map(),
  counsellors: new Map(),
};

export function reduce(state: LiveState, action: LiveAction): LiveState {
  switch (action.type) {
    case 'connection':
      return { ...state, connection: action.connection };
    case 'snapshot':
      return {
        connection: 'OPEN',
        rooms: new Map(action.data.rooms.map((item) => [item.room, item])),
        tickets: new Map(action.data.tickets.map((item) => [item.ticket, item])),
        counsellors: new Map(action.data.counsellors.map((item) => [item.account, item])),
      };
    case 'changes':
      return {
        ...state,
        rooms: changed(state.rooms, action.changes.rooms),
        tickets: changed(state.tickets, action.changes.tickets),
        counsellors: changed(state.counsellors, action.changes.counsellors),
      };
  }
}

/** Rows that did not change stay the same objects, and a table without a change the same table. */
function changed<Item>(
  rows: ReadonlyMap<string, Item>,
  changes: ReadonlyMap<string, Item | null>,
): ReadonlyMap<string, Item> {
  if (changes.size === 0) return rows;
  const next = new Map(rows);
  for (const [id, item] of changes) {
    if (item === null) next.delete(id);
    else next.set(id, item);
  }
  return next;
}
