import { signal, type ReadonlySignal } from '@preact/signals';

import { call } from '../../../lib/api';
import { troubleOf, type Said } from '../../../lib/said';
import { realTimers, type Timers } from '../../../lib/timers';
import type { Job } from '../jobs';

/** How much test data there is, and what goes on. */
export interface TestData {
  lines: number;
  accounts: number;
  consultations: number;
  messages: number;
  /** What makes it or takes it away just now. */
  running: Job | null;
  /** The rehearsal that runs. */
  rehearsal: string | null;
}

/** The figures of the form, with the bounds the server keeps. */
export const BOUNDS = { consultations: { min: 1, max: 5_000 }, days: { min: 1, max: 90 } } as const;
export type Bound = keyof typeof BOUNDS;

/** What is to be made, as it is typed. */
export interface MakeValues {
  consultations: string;
  days: string;
  language: string;
}

/** The figure that is no whole number within its bounds. */
export function badFigure(values: MakeValues): Bound | null {
  const isBad = (name: Bound) => {
    const typed = values[name].trim();
    const { min, max } = BOUNDS[name];
    const figure = Number(typed);
    return typed === '' || !Number.isInteger(figure) || figure < min || figure > max;
  };
  return (Object.keys(BOUNDS) as Bound[]).find(isBad) ?? null;
}

export const make = ({ consultations, days, language }: MakeValues) =>
  call<unknown>('POST', '/test-data', { consultations: Number(consultations), days: Number(days), language });

export const remove = () => call<unknown>('DELETE', '/test-data');

/** Whether there is any. */
export const isThere = ({ lines, accounts, consultations }: TestData) => lines + accounts + consultations > 0;

const POLL_MS = 700;

/** The counts. Asks again as long as something goes on. */
export class Counts {
  private readonly shown = signal<TestData | null>(null);
  private readonly wrong = signal<Said | null>(null);
  private cancelPoll: (() => void) | null = null;

  constructor(
    private readonly settled: () => void = () => undefined,
    private readonly timers: Timers = realTimers,
  ) {}

  get now(): ReadonlySignal<TestData | null> {
    return this.shown;
  }

  get trouble(): ReadonlySignal<Said | null> {
    return this.wrong;
  }

  async load(): Promise<void> {
    this.stop();
    const before = this.shown.peek();
    try {
      const now = await call<TestData>('GET', '/test-data');
      this.shown.value = now;
      this.wrong.value = null;
      if (now.running) this.later();
      else if (before?.running) this.settled();
    } catch (error) {
      this.wrong.value = troubleOf(error);
      if (before?.running) this.later();
    }
  }

  stop(): void {
    this.cancelPoll?.();
    this.cancelPoll = null;
  }

  private later(): void {
    this.cancelPoll = this.timers.after(POLL_MS, () => void this.load());
  }
}
