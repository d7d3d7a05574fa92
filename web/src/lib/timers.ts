import { serverNow } from './moment';

/** Time and chance as arguments, so that tests can move the clock. */
export interface Timers {
  now(): number;
  random(): number;
  after(ms: number, run: () => void): () => void;
}

export const realTimers: Timers = {
  now: serverNow,
  random: () => Math.random(),
  after(ms, run) {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
};
