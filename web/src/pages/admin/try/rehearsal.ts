import { signal, type ReadonlySignal } from '@preact/signals';

import { call } from '../../../lib/api';
import type { RehearsalBegun, RehearsalView, Step, StepShown } from '../../../lib/api.gen';
import { troubleOf, type Said } from '../../../lib/said';
import { realTimers, type Timers } from '../../../lib/timers';

/** The steps of a rehearsal, in the order in which they are played. */
export const STEPS = [
  'CONNECT',
  'ASK',
  'OFFER',
  'ACCEPT',
  'TALK',
  'CUT',
  'RESUME',
  'END',
  'RATE',
  'WRAP_UP',
  'RECORD',
  'CLEAN',
] as const satisfies readonly Step[];

const POLL_MS = 300;

export const isRunning = ({ state }: Pick<RehearsalView, 'state'>) => state === 'RUNNING';

/** How long all of it took, in milliseconds. */
export const lasted = ({ steps }: Pick<RehearsalView, 'steps'>): number => steps.reduce((sum, { ms }) => sum + (ms ?? 0), 0);

/** Where it stopped. */
export const stoppedAt = ({ steps }: Pick<RehearsalView, 'steps'>): StepShown | null =>
  steps.find(({ state }) => state === 'FAILED') ?? null;

/** A rehearsal as it goes. Asks again as long as it runs; a question that fails is asked again too. */
export class Rehearsal {
  private readonly shown = signal<RehearsalView | null>(null);
  private readonly wrong = signal<Said | null>(null);
  private readonly asking = signal(false);
  private cancelPoll: (() => void) | null = null;

  constructor(private readonly timers: Timers = realTimers) {}

  get now(): ReadonlySignal<RehearsalView | null> {
    return this.shown;
  }

  get trouble(): ReadonlySignal<Said | null> {
    return this.wrong;
  }

  /** It was asked for, and the answer is not there yet. */
  get begins(): ReadonlySignal<boolean> {
    return this.asking;
  }

  async begin(): Promise<void> {
    this.wrong.value = null;
    this.asking.value = true;
    try {
      const { id } = await call<RehearsalBegun>('POST', '/rehearsals');
      await this.follow(id);
    } catch (error) {
      this.wrong.value = troubleOf(error);
    } finally {
      this.asking.value = false;
    }
  }

  /** Shows one that was begun, here or elsewhere. */
  async follow(id: string): Promise<void> {
    this.stop();
    try {
      this.shown.value = await call<RehearsalView>('GET', `/rehearsals/${encodeURIComponent(id)}`);
      this.wrong.value = null;
    } catch (error) {
      this.wrong.value = troubleOf(error);
      return this.later(id);
    }
    if (isRunning(this.shown.value)) this.later(id);
  }

  stop(): void {
    this.cancelPoll?.();
    this.cancelPoll = null;
  }

  private later(id: string): void {
    this.cancelPoll = this.timers.after(POLL_MS, () => void this.follow(id));
  }
}
