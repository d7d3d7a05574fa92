import { signal, type ReadonlySignal } from '@preact/signals';

import { call } from '../../lib/api';
import type { Format, JobView, Page } from '../../lib/api.gen';
import { troubleOf, type Said } from '../../lib/said';
import { realTimers, type Timers } from '../../lib/timers';

const POLL_MS = 1_000;
/** Jobs that are read; those of other kinds among them are not shown. */
const READ_MAX = 50;
const SHOWN_MAX = 10;
const UNDER_WAY = new Set(['QUEUED', 'WAITING', 'RUNNING']);

export const isUnderWay = ({ state }: JobView) => UNDER_WAY.has(state);

/** One's exports, and how far they are. Asks again as long as one is under way. */
export class Jobs {
  private readonly shown = signal<readonly JobView[]>([]);
  private readonly wrong = signal<Said | null>(null);
  private cancelPoll: (() => void) | null = null;

  constructor(private readonly timers: Timers = realTimers) {}

  get list(): ReadonlySignal<readonly JobView[]> {
    return this.shown;
  }

  get trouble(): ReadonlySignal<Said | null> {
    return this.wrong;
  }

  async start(format: Format, filter: Record<string, unknown>): Promise<void> {
    await this.ask(async () => {
      await call('POST', '/consultations/export', { format, ...filter });
      await this.read();
    });
  }

  async cancel(id: string): Promise<void> {
    await this.ask(async () => {
      await call('DELETE', `/jobs/${encodeURIComponent(id)}`);
      await this.read();
    });
  }

  async load(): Promise<void> {
    await this.ask(() => this.read());
  }

  stop(): void {
    this.cancelPoll?.();
    this.cancelPoll = null;
  }

  private async read(): Promise<void> {
    const { items } = await call<Page<JobView>>('GET', `/jobs?limit=${READ_MAX}`);
    this.shown.value = items.filter(({ kind }) => kind === 'EXPORT').slice(0, SHOWN_MAX);
    this.later();
  }

  private async ask(how: () => Promise<void>): Promise<void> {
    this.wrong.value = null;
    try {
      await how();
    } catch (error) {
      this.wrong.value = troubleOf(error);
      this.later();
    }
  }

  private later(): void {
    this.stop();
    if (this.shown.peek().some(isUnderWay)) this.cancelPoll = this.timers.after(POLL_MS, () => void this.load());
  }
}
