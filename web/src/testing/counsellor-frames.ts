import type { RoomBrief, ServerFrame } from '../lib/protocol.gen';

// What a server says to a counsellor, for unit tests.

export const welcome: ServerFrame = { type: 'welcome', session: 's', heartbeat_s: 10, node: 'n' };
export const members = [
  { member: 'c', role: 'COUNSELLOR', name: 'Kim', state: 'JOINED' } as const,
  { member: 'd', role: 'DESK', name: 'Visitor', state: 'JOINED' } as const,
];

export function brief(room: string, last_seq = 0, wrap_up = false): RoomBrief {
  return { room, you: 'c', last_seq, members, number: `A-${room}`, line: 'GENERAL', wrap_up };
}

export function state(...rooms: RoomBrief[]): ServerFrame {
  return { type: 'state', intent: 'OPEN', activity: 'IDLE', capacity: 2, lines: [], rooms };
}

export function offer(id: string, accept_within_s = 20): ServerFrame {
  const ticket = `t-${id}`;
  return { type: 'offer', offer: id, ticket, number: 'A-1', line: 'GENERAL', waited_s: 5, accept_within_s };
}

export function matched(room: string, ticket: string, last_seq = 0): ServerFrame {
  return { type: 'matched', room, consultation: ticket, ticket, you: 'c', members, last_seq };
}

export function message(room: string, seq: number): ServerFrame {
  return { type: 'message', room, seq, id: `${seq}`, client_id: `x${seq}`, from: 'd', kind: 'TEXT', body: 'b', at: 't' };
}
