import { serverNow } from './moment';

/** Time and chance as arguments, so that tests can move the clock. */
export interface Timers {
  /** The server's moment: it may jump when the server's clock is first heard of. */
  now(): number;
  /** Goes on evenly, but may stand still while the computer sleeps. */
  steady(): number;
  /** This computer's own clock: it may be set, but goes on while the computer sleeps. */
  wall(): number;
  random(): number;
  after(ms: number, run: () => void): () => void;
}

export const realTimers: Timers = {
  now: serverNow,
  steady: () => performance.now(),
  wall: () => Date.now(),
  random: () => Math.random(),
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
};
