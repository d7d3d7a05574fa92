import { effect } from '@preact/signals';

import { realTimers, type Timers } from '../../../../lib/timers';
import type { Feed } from '../feed';
import type { LiveRoom, LiveState } from '../state';
import type { Goal } from './acts';

/** Between two who are asked, and between the end of a room and the one that continues it, this long may pass. */
export const SETTLE_MS = 4_000;

/** What became of a move. RETURNED: the receiver was gone in that moment, and the visitor waits again. */
export type Outcome = { what: 'TAKEN'; by: string } | { what: 'STAYED' } | { what: 'RETURNED' } | { what: 'OVER' };

/** How it looks now; `sure` is false for what may be a moment between two steps. Null while somebody is asked. */
function look(state: LiveState, room: LiveRoom, goal: Goal): { outcome: Outcome; sure: boolean } | null {
  for (const other of state.rooms.values()) {
    if (other.room === room.room || other.consultation === undefined || other.consultation !== room.consultation) continue;
    return other.counsellor ? { outcome: { what: 'TAKEN', by: other.counsellor.name }, sure: true } : null;
  }
  if (!state.rooms.has(room.room)) {
    const waits = room.consultation !== undefined && state.tickets.has(room.consultation);
    return { outcome: { what: waits ? 'RETURNED' : 'OVER' }, sure: false };
  }
  const isAsked = [...state.counsellors.values()].some(
    ({ account, activity, lines }) =>
      activity === 'OFFERED' &&
      account !== room.counsellor?.account &&
      ('counsellor' in goal ? account === goal.counsellor : lines.includes(goal.line)),
  );
  return isAsked ? null : { outcome: { what: 'STAYED' }, sure: false };
}

/** Tells once, from what the stream shows, what became of a move that the server has begun. */
export function follow(
  feed: Feed,
  move: { room: LiveRoom; goal: Goal },
  told: (outcome: Outcome) => void,
  timers: Timers = realTimers,
): void {
  let cancel: (() => void) | null = null;
  let stop: (() => void) | null = null;
  let isDone = false;
  const done = (outcome: Outcome | null) => {
    isDone = true;
    cancel?.();
    stop?.();
    if (outcome) told(outcome);
  };
  stop = effect(() => {
    const state = feed.state.value;
    cancel?.();
    cancel = null;
    if (isDone || state.connection === 'RETRYING') return;
    // The feed is empty and begins anew: somebody else sits here now.
    if (state.connection === 'CONNECTING') return done(null);
    const seen = look(state, move.room, move.goal);
    if (seen?.sure) return done(seen.outcome);
    if (seen) cancel = timers.after(SETTLE_MS, () => done(seen.outcome));
  });
  if (isDone) stop();
}
