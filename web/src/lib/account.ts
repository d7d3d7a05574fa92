import { signal, type ReadonlySignal } from '@preact/signals';

import { logOut, whoAmI, type Account } from './api';
import { realTimers } from './timers';

/** CHECKING until the server has said who this is; null when nobody is logged in. */
export type Present = Account | null | 'CHECKING';

const AGAIN_MS = 3_000;

/** Who is logged in on this page. */
export class Session {
  private readonly present = signal<Present>('CHECKING');
  private checking = false;

  get account(): ReadonlySignal<Present> {
    return this.present;
  }

  /** Asks the server; keeps what is known while the server cannot be reached. */
  async check(): Promise<void> {
    if (this.checking) return;
    this.checking = true;
    try {
      this.present.value = same(this.present.peek(), await whoAmI());
    } catch {
      if (this.present.peek() === 'CHECKING') realTimers.after(AGAIN_MS, () => void this.check());
    } finally {
      this.checking = false;
    }
  }

  enter(account: Account): void {
    this.present.value = account;
  }

  async leave(): Promise<void> {
    try {
      await logOut();
    } finally {
      this.present.value = null;
    }
  }
}

/** The same person stays the same object, so that nothing is started anew. */
function same(before: Present, now: Account | null): Account | null {
  return before !== 'CHECKING' && before?.id === now?.id ? before : now;
}
