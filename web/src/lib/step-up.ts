import { signal, type ReadonlySignal } from '@preact/signals';

import { call, onStepUp } from './api';

/**
 * Before an act on passwords, roles and the like the server wants to know again who sits here, once in ten minutes.
 * What was asked for waits meanwhile, however much of it, and goes on once the person has shown it.
 */
export class StepUp {
  private readonly open = signal(false);
  private waiting: { shown: Promise<boolean>; settle(shown: boolean): void } | null = null;

  constructor() {
    onStepUp(() => this.ask());
  }

  /** Whether the person is being asked. */
  get asking(): ReadonlySignal<boolean> {
    return this.open;
  }

  /** Shows the password, and a code where the account has a second factor. Fails as the server says. */
  async show(password: string, code: string): Promise<void> {
    const body = { password, ...(code.trim() !== '' && { code: code.trim() }) };
    await call('POST', '/session/proof', body);
    this.settle(true);
  }

  /** The person would rather not, or is no longer here. */
  giveUp(): void {
    this.settle(false);
  }

  private ask(): Promise<boolean> {
    if (!this.waiting) {
      let settle: (shown: boolean) => void = () => undefined;
      const shown = new Promise<boolean>((resolve) => (settle = resolve));
      this.waiting = { shown, settle };
      this.open.value = true;
    }
    return this.waiting.shown;
  }

  private settle(shown: boolean): void {
    this.open.value = false;
    const waiting = this.waiting;
    this.waiting = null;
    waiting?.settle(shown);
  }
}
