import { signal, type ReadonlySignal } from '@preact/signals';

import type { Timers } from '../../lib/timers';
import type { DeskState } from './state';

/** How long a screen with something of a visitor on it may stay untouched. */
export const QUIET_S = 60;
/** A talk may be silent for longer: a counsellor may be looking something up. */
export const TALK_QUIET_S = 300;
/** How long the warning stands before it is acted upon. */
export const WARN_S = 15;
/** How long the thanks for a rating stay. */
export const THANKS_S = 5;

/** How long nobody may touch a screen, how long they are then warned, and what happens after that. */
export interface Patience {
  quiet_s: number;
  warn_s: number;
  then: 'WIPE' | 'END';
}

/** What a visitor stands at. */
export interface Device {
  /** The next person stands at the same one. */
  shared: boolean;
  /** A visitor has changed how it shows its pages. */
  altered: boolean;
}

/** Null where a screen may stay as it is: it holds nothing of a visitor, or they are waiting for something. */
export function patience({ stage }: DeskState, { shared, altered }: Device): Patience | null {
  switch (stage.at) {
    case 'START':
      return shared && altered ? { quiet_s: QUIET_S, warn_s: 0, then: 'WIPE' } : null;
    case 'READY':
    case 'DETAILS':
    case 'ELSEWHERE':
      return shared ? { quiet_s: QUIET_S, warn_s: WARN_S, then: 'WIPE' } : null;
    case 'CHAT':
      return shared ? { quiet_s: TALK_QUIET_S, warn_s: WARN_S, then: 'END' } : null;
    case 'ENDED':
      if (stage.rating.phase !== 'DONE') return { quiet_s: QUIET_S, warn_s: WARN_S, then: 'WIPE' };
      return { quiet_s: THANKS_S, warn_s: shared ? WARN_S : 0, then: 'WIPE' };
    case 'CLOSED':
      return { quiet_s: QUIET_S, warn_s: WARN_S, then: 'WIPE' };
    case 'ASKING':
    case 'RESUMING':
    case 'WAITING':
    case 'HANDOVER':
      return null;
  }
}

/** That nobody seems to be there, until when that may be put right, and what happens otherwise. */
export interface Warning {
  until: number;
  then: Patience['then'];
}

/** Watches whether somebody is still there. */
export class IdleWatch {
  private readonly shown = signal<Warning | null>(null);
  private screen = '';
  private cancel: (() => void) | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly world: { patience(): Patience | null; over(then: Patience['then']): void },
  ) {}

  get warning(): ReadonlySignal<Warning | null> {
    return this.shown;
  }

  /** After every change of the state: each screen has its own time. */
  settle(screen: string): void {
    if (screen === this.screen) return;
    this.screen = screen;
    this.here();
  }

  /** Somebody touched something. A warning wants a plain answer: the touch may be meant for either button of it. */
  touched(): void {
    if (!this.shown.peek()) this.here();
  }

  /** Somebody is there. */
  here(): void {
    this.cancel?.();
    this.cancel = null;
    this.shown.value = null;
    const patience = this.world.patience();
    if (!patience) return;
    this.cancel = this.timers.after(patience.quiet_s * 1000, () => this.warn(patience));
  }

  private warn({ warn_s, then }: Patience): void {
    this.cancel = null;
    if (warn_s === 0) return this.over(then);
    this.shown.value = { until: this.timers.now() + warn_s * 1000, then };
    this.cancel = this.timers.after(warn_s * 1000, () => this.over(then));
  }

  private over(then: Patience['then']): void {
    this.cancel = null;
    this.shown.value = null;
    this.world.over(then);
  }
}
