import { signal, type ReadonlySignal } from '@preact/signals';

import { call } from '../../../lib/api';
import type { TestDataRequest, TestDataView } from '../../../lib/api.gen';
import { TEST_DATA_REQUEST } from '../../../lib/bounds.gen';
import { troubleOf, type Said } from '../../../lib/said';
import { realTimers, type Timers } from '../../../lib/timers';

export type Bound = keyof typeof TEST_DATA_REQUEST;

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
    const { min, max } = TEST_DATA_REQUEST[name];
    const figure = Number(typed);
    return typed === '' || !Number.isInteger(figure) || figure < min || figure > max;
  };
  return (Object.keys(TEST_DATA_REQUEST) as Bound[]).find(isBad) ?? null;
}

export function make({ consultations, days, language }: MakeValues): Promise<unknown> {
  const asked: TestDataRequest = { consultations: Number(consultations), days: Number(days), language };
  return call('POST', '/test-data', asked);
}

export const remove = () => call<unknown>('DELETE', '/test-data');

/** Whether there is any. */
export const isThere = ({ lines, accounts, consultations }: TestDataView) => lines + accounts + consultations > 0;

const POLL_MS = 700;

/** The counts. Asks again as long as something goes on. */
export class Counts {
  private readonly shown = signal<TestDataView | null>(null);
  private readonly wrong = signal<Said | null>(null);
  private cancelPoll: (() => void) | null = null;

  constructor(
    private readonly settled: () => void = () => undefined,
    private readonly timers: Timers = realTimers,
  ) {}

  get now(): ReadonlySignal<TestDataView | null> {
    return this.shown;
  }

  get trouble(): ReadonlySignal<Said | null> {
    return this.wrong;
  }

  async load(): Promise<void> {
    this.stop();
    const before = this.shown.peek();
    try {
      const now = await call<TestDataView>('GET', '/test-data');
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
