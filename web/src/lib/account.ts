import { signal, type ReadonlySignal } from '@preact/signals';

import { logOut, onLoggedOut, whoAmI } from './api';
import type { OwnAccount } from './api.gen';
import { StepUp } from './step-up';
import { realTimers } from './timers';

/** CHECKING until the server has said who this is; null when nobody is logged in. */
export type Present = OwnAccount | null | 'CHECKING';

const AGAIN_MS = 3_000;

/** Who is logged in on this page. */
export class Session {
  private readonly present = signal<Present>('CHECKING');
  private readonly over = signal(false);
  private readonly cookieless = signal(false);
  private checking = false;
  /** Whether the server has known this log-in since: else the browser kept no cookie of it. */
  private isKept = true;
  /** Shows again who sits here, where the server asks. */
  readonly stepUp = new StepUp();

  constructor() {
    onLoggedOut(() => this.end());
  }

  get account(): ReadonlySignal<Present> {
    return this.present;
  }

  /** Whether a log-in that was there ended by itself, which the person should be told. */
  get hasEnded(): ReadonlySignal<boolean> {
    return this.over;
  }

  /** Whether it ended because this browser keeps no cookie. */
  get keepsNoCookie(): ReadonlySignal<boolean> {
    return this.cookieless;
  }

  /** Asks the server; keeps what is known while the server cannot be reached. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      const account = await whoAmI();
      if (account === null) this.end();
      else {
        this.isKept = true;
        this.present.value = same(this.present.peek(), account);
      }
    } catch {
      if (this.present.peek() === 'CHECKING') realTimers.after(AGAIN_MS, () => void this.check());
    } finally {
      this.checking = false;
    }
  }

  enter(account: OwnAccount): void {
    this.over.value = this.cookieless.value = false;
    this.isKept = false;
    this.present.value = account;
    void this.confirm();
  }

  /** Asks whether the server knows the log-in that was just made. */
  private async confirm(): Promise<void> {
    try {
      if ((await whoAmI()) === null) this.end();
      else this.isKept = true;
    } catch {
      // Not known: no browser is blamed for a network that is gone.
      this.isKept = true;
    }
  }

  async leave(): Promise<void> {
    try {
      await logOut();
    } finally {
      this.over.value = false;
      this.present.value = null;
      this.stepUp.giveUp();
    }
  }

  private end(): void {
    this.stepUp.giveUp();
    const before = this.present.peek();
    if (before !== null && before !== 'CHECKING') {
      this.over.value = true;
      this.cookieless.value = !this.isKept;
    }
    this.present.value = null;
  }
}

/** The same person as before stays the same object, so that nothing is started anew. */
function same(before: Present, now: OwnAccount): OwnAccount {
  return before !== 'CHECKING' && before !== null && JSON.stringify(before) === JSON.stringify(now) ? before : now;
}
