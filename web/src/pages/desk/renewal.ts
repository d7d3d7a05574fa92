import type { Timers } from '../../lib/timers';

/** How soon a server that could not be reached is asked again. */
export const AGAIN_MS = 5_000;

export interface RenewalWorld {
  /** Whether no visitor has begun. */
  isFree(): boolean;
  isReachable(): Promise<boolean>;
  reload(): void;
  timers: Timers;
}

/**
 * Puts a fresh page in the place of one that a visitor has used, so that nothing of them is in its memory or behind
 * its Back button. It waits for the server, and never takes the screen from the next visitor.
 */
export class Renewal {
  private wanted = false;
  private cancel: (() => void) | null = null;

  constructor(private readonly world: RenewalWorld) {}

  start(): void {
    this.cancel?.();
    this.cancel = null;
    this.wanted = true;
    void this.attempt();
  }

  private async attempt(): Promise<void> {
    const reachable = await this.world.isReachable();
    if (!this.wanted || this.cancel) return;
    // The next visitor has begun: their own end renews the page.
    if (!this.world.isFree()) {
      this.wanted = false;
      return;
    }
    if (reachable) return this.world.reload();
    this.cancel = this.world.timers.after(AGAIN_MS, () => {
      this.cancel = null;
      void this.attempt();
    });
  }
}
