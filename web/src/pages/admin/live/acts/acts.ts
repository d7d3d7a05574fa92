import { all, ApiError, call } from '../../../../lib/api';
import type { Colleague, RoomMoveRequest, TicketMoveRequest } from '../../../../lib/api.gen';
import type { RoomId, TicketId } from '../../../../lib/protocol.gen';
import type { LiveCounsellor, LiveRoom } from '../state';

export const readColleagues = () => all<Colleague>('/colleagues');

/** Where a room goes: whoever of a line is free first, or one colleague. */
export type Goal = { line: string } | { counsellor: string };

/** Asks for it; the room moves when somebody accepts. */
export const moveRoom = (room: RoomId, goal: Goal, reason: string) =>
  call<unknown>('POST', `/rooms/${encodeURIComponent(room)}/move`, { ...goal, reason } satisfies RoomMoveRequest);

export const moveTicket = (ticket: TicketId, topic: string, reason: string) =>
  call<unknown>('POST', `/tickets/${encodeURIComponent(ticket)}/line`, { topic, reason } satisfies TicketMoveRequest);

/** Somebody else was faster: it is over, which is what was wanted. */
export const isOverAlready = (error: unknown) =>
  error instanceof ApiError && (error.status === 404 || error.problem.code === 'ROOM_ENDED');

/** Why a colleague cannot be asked now; null for one who can. */
export type Bar = 'SELF' | 'AWAY' | 'PAUSED' | 'FULL';

export function barOf({ id, connected, intent, free }: Colleague, { counsellor }: LiveRoom): Bar | null {
  if (id === counsellor?.account) return 'SELF';
  if (!connected) return 'AWAY';
  if (intent !== 'OPEN') return 'PAUSED';
  return free > 0 ? null : 'FULL';
}

/** Those who can be asked first, each group by name. */
export function inOrder(colleagues: readonly Colleague[], room: LiveRoom): Colleague[] {
  const barred = (one: Colleague) => (barOf(one, room) === null ? 0 : 1);
  return colleagues.toSorted((a, b) => barred(a) - barred(b) || a.name.localeCompare(b.name));
}

/** How many of a line could take somebody now, and how many are there at all. */
export function staffOf(counsellors: Iterable<LiveCounsellor>, topic: string): { there: number; free: number } {
  let [there, free] = [0, 0];
  for (const one of counsellors) {
    if (!one.connected || one.intent !== 'OPEN' || !one.lines.includes(topic)) continue;
    there += 1;
    if (one.held < one.capacity) free += 1;
  }
  return { there, free };
}
