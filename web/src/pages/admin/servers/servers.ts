import type { ReadonlySignal } from '@preact/signals';

import { all, ApiError } from '../../../lib/api';
import type { Node } from '../../../lib/api.gen';
import { serverNow } from '../../../lib/moment';
import { troubleOf } from '../../../lib/said';
import { createStore } from '../../../lib/store';
import { realTimers, type Timers } from '../../../lib/timers';
import { onWake } from '../../../lib/wake';
import { nothingSeen, reduce, type ServersState } from './state';

/** From an answer to the next look. */
export const LOOK_MS = 3_000;
/** A server that stands still answers nobody, and the next look may come to another. */
export const ANSWER_MS_MAX = 6_000;

interface ServersWorld {
  timers?: Timers;
  onWake?(listener: () => void): () => void;
  /** Nobody sees the page. */
  isHidden?(): boolean;
}

/** Looks at the servers again and again, as long as somebody sees them. What was seen stays for as long as the page. */
export class Servers {
  private readonly store = createStore(nothingSeen, reduce);
  private readonly timers: Timers;
  private asked = 0;
  private cancel: (() => void) | null = null;
  private stopWaking: (() => void) | null = null;

  constructor(private readonly world: ServersWorld = {}) {
    this.timers = world.timers ?? realTimers;
  }

  get state(): ReadonlySignal<ServersState> {
    return this.store.state;
  }

  start(): void {
    this.stopWaking ??= (this.world.onWake ?? onWake)(() => void this.look());
    void this.look();
  }

  stop(): void {
    this.asked += 1;
    this.cancel?.();
    this.stopWaking?.();
    this.cancel = this.stopWaking = null;
  }

  async look(): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    this.next(ANSWER_MS_MAX, () => {
      this.store.dispatch({ type: 'failed', trouble: { key: 'common.unreachable' } });
      void this.look();
    });
    try {
      const nodes = await all<Node>('/nodes');
      if (question !== this.asked) return;
      this.store.dispatch({ type: 'answered', nodes, at: serverNow() });
    } catch (error) {
      if (question !== this.asked) return;
      if (error instanceof ApiError && error.status === 403) {
        this.stop();
        return this.store.dispatch({ type: 'refused' });
      }
      this.store.dispatch({ type: 'failed', trouble: troubleOf(error) });
    }
    this.next(LOOK_MS, () => this.lookIfSeen());
  }

  /** Whoever comes back to the page wakes it. */
  private lookIfSeen(): void {
    if (!(this.world.isHidden?.() ?? document.hidden)) void this.look();
  }

  private next(ms: number, run: () => void): void {
    this.cancel?.();
    this.cancel = this.timers.after(ms, run);
  }
}
