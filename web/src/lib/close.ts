import type { Timers } from './timers';

/** What a close code asks of the page. */
export type AfterClose =
  /** Connect again at once, after up to `DRAIN_JITTER_MS`. */
  | 'AT_ONCE'
  /** Connect again after a back-off. */
  | 'BACK_OFF'
  /** Load the page anew, once. */
  | 'RELOAD'
  /** Never come back; why, for the person. */
  | Farewell;

export type Farewell = 'DONE' | 'FAULT' | 'REPLACED' | 'NOT_ALLOWED' | 'OUTDATED';

export const BACK_OFF_MIN_MS = 250;
export const BACK_OFF_MAX_MS = 10_000;
export const DRAIN_JITTER_MS = 1_000;

/** The close-code table of the contract. Anything it does not name is a dropped line: back off and return. */
export function afterClose(code: number): AfterClose {
  switch (code) {
    case 1000:
      return 'DONE';
    case 1001:
      return 'AT_ONCE';
    case 1002:
    case 1003:
    case 1007:
    case 1009:
      return 'FAULT';
    case 4001:
      return 'REPLACED';
    case 4003:
      return 'NOT_ALLOWED';
    case 4010:
      return 'RELOAD';
    default:
      return 'BACK_OFF';
  }
}

/** Exponential with full jitter over a floor: a crowd that lost its server together does not return together. */
export function backOffMs(attempt: number, timers: Pick<Timers, 'random'>): number {
  const ceiling = Math.min(BACK_OFF_MAX_MS, BACK_OFF_MIN_MS * 2 ** (attempt + 1));
  return BACK_OFF_MIN_MS + timers.random() * (ceiling - BACK_OFF_MIN_MS);
}
