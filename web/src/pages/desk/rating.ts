import type { EndReason, RoomId } from '../../lib/protocol.gen';

/** How long the server takes a score after the end, and how long before that a chosen one goes out by itself. */
export const RATE_MS_MAX = 60_000;
export const RATE_EARLY_MS = 5_000;

/**
 * How a visit is rated. OPEN: may be chosen. SENDING: given, and not known to be on file. DONE: on file; only then is
 * anybody thanked. LATE: nothing is on file, and nothing more is taken.
 */
export interface Rating {
  readonly phase: 'OPEN' | 'SENDING' | 'DONE' | 'LATE';
  readonly score: number | null;
  readonly comment: string;
  /** Until when the server takes it, by this computer's clock. */
  readonly until: number;
}

/** The end of a visit, as a reload must find it to go on with the rating. */
export interface Ending {
  readonly reason: EndReason | 'IDLE';
  readonly room: RoomId;
  readonly rating: Rating;
}

export const unrated = (until: number): Rating => ({ phase: 'OPEN', score: null, comment: '', until });

/** Whether it may still come to something. */
export const isPending = ({ phase }: Rating): boolean => phase === 'OPEN' || phase === 'SENDING';

export function consider(rating: Rating, score: number, comment: string): Rating {
  return rating.phase === 'OPEN' ? { ...rating, score, comment } : rating;
}

export function send(rating: Rating): Rating {
  return rating.phase === 'OPEN' && rating.score !== null ? { ...rating, phase: 'SENDING' } : rating;
}

/** The server has it. */
export function filed(rating: Rating): Rating {
  return { ...rating, phase: 'DONE' };
}

/** The time is over, or the server has refused it. */
export function missed(rating: Rating): Rating {
  return isPending(rating) ? { ...rating, phase: 'LATE' } : rating;
}
