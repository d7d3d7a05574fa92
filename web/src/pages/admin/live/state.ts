import type { CounsellorChange, LiveCounsellor, LiveRoom, LiveSnapshot, LiveTicket, Named, RoomChange, TicketChange } from '../../../lib/api.gen';
import type { Changes } from './changes';

export type { LiveCounsellor, LiveRoom, LiveTicket };

/** Who takes consultations, as the live list names them. */
export type Taker = Named;

export type StreamEvent =
  | { type: 'snapshot'; data: LiveSnapshot }
  | { type: 'room'; data: RoomChange }
  | { type: 'ticket'; data: TicketChange }
  | { type: 'counsellor'; data: CounsellorChange };

export type Connection = 'CONNECTING' | 'OPEN' | 'RETRYING';

export interface LiveState {
  readonly connection: Connection;
  readonly rooms: ReadonlyMap<string, LiveRoom>;
  readonly tickets: ReadonlyMap<string, LiveTicket>;
  readonly counsellors: ReadonlyMap<string, LiveCounsellor>;
}

/** `changes` are those of a frame; of a row that came and went within it nothing is known. */
export type LiveAction =
  | { type: 'snapshot'; data: LiveSnapshot }
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
