import type { Activity, Intent, Member, RoomId, TicketId } from '../../../lib/protocol.gen';

/** Who takes consultations, as the live list names them. */
export interface Taker {
  account: string;
  name: string;
}

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

/** A ticket and how many of its line are served before it. */
export interface PlacedTicket extends LiveTicket {
  ahead: number;
}

/** How much earlier than it came a ticket stands for each step of its priority (R2). */
const PRIORITY_BONUS_MS = 300_000;

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

export type LiveAction = StreamEvent | { type: 'connection'; connection: Connection };

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
    case 'room':
      return { ...state, rooms: change(state.rooms, action.data) };
    case 'ticket':
      return { ...state, tickets: change(state.tickets, action.data) };
    case 'counsellor':
      return { ...state, counsellors: change(state.counsellors, action.data) };
  }
}

function change<Item>(rows: ReadonlyMap<string, Item>, change: Change<Item>): ReadonlyMap<string, Item> {
  const next = new Map(rows);
  if (change.op === 'put') next.set(change.id, change.item);
  else next.delete(change.id);
  return next;
}

/** Oldest first. */
export const roomsInOrder = ({ rooms }: LiveState) =>
  [...rooms.values()].toSorted((a, b) => a.opened_at.localeCompare(b.opened_at));

/**
 * By line, in the order in which they are served (R2). As for the visitor, only those who still wait are ahead of
 * anybody: one who is offered or being paired has left the line unless it falls through.
 */
export function ticketsInOrder({ tickets }: LiveState): PlacedTicket[] {
  const waiting = new Map<string, number>();
  return [...tickets.values()].toSorted(byPlace).map((ticket) => {
    const line = `${ticket.line} ${ticket.language}`;
    const ahead = waiting.get(line) ?? 0;
    if (ticket.stage === 'WAITING') waiting.set(line, ahead + 1);
    return { ...ticket, ahead };
  });
}

function byPlace(a: LiveTicket, b: LiveTicket): number {
  return (
    a.line.localeCompare(b.line) ||
    a.language.localeCompare(b.language) ||
    moment(a) - moment(b) ||
    (a.ticket < b.ticket ? -1 : 1)
  );
}

/** The moment a ticket stands for in its line. */
const moment = ({ requested_at, priority }: LiveTicket) => Date.parse(requested_at) - priority * PRIORITY_BONUS_MS;

/** Those who are there first, then by name. */
export const counsellorsInOrder = ({ counsellors }: LiveState) =>
  [...counsellors.values()].toSorted(
    (a, b) => Number(b.connected) - Number(a.connected) || a.name.localeCompare(b.name),
  );
