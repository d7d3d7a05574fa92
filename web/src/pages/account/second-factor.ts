import type { ReadonlySignal } from '@preact/signals';

import { call } from '../../lib/api';
import type { RecoveryCodes, SecondFactorConfirmRequest, SecondFactorRemoveRequest, SecondFactorSecret } from '../../lib/api.gen';
import { Form } from '../../lib/form';
import { createStore, type Store } from '../../lib/store';

/** RESTING: as the account says. CONFIRMING: a secret is out. CODES: set up, and the recovery codes are on show once. */
export type Stage =
  | { at: 'RESTING' }
  | { at: 'CONFIRMING'; secret: SecondFactorSecret }
  | { at: 'CODES'; codes: readonly string[] };

/** Sets the second factor up, or takes it away. */
export class SecondFactor {
  readonly starting = new Form({ password: '' });
  readonly confirming = new Form({ code: '' });
  readonly removing = new Form({ password: '', code: '' });
  private readonly store: Store<Stage, Stage> = createStore<Stage, Stage>({ at: 'RESTING' }, (_, next) => next);

  /** `changed`: the account has a second factor now, or no longer. */
  constructor(private readonly changed: () => void) {}

  get stage(): ReadonlySignal<Stage> {
    return this.store.state;
  }

  async start(): Promise<void> {
    await this.starting.send(async ({ password }) => {
      const secret = await call<SecondFactorSecret>('POST', '/session/second-factor', { password });
      this.store.dispatch({ at: 'CONFIRMING', secret });
      this.starting.fill({ password: '' });
    });
  }

  async confirm(): Promise<void> {
    await this.confirming.send(async ({ code }) => {
      const body: SecondFactorConfirmRequest = { code: code.trim() };
      const { recovery_codes } = await call<RecoveryCodes>('PUT', '/session/second-factor', body);
      this.store.dispatch({ at: 'CODES', codes: recovery_codes });
      this.confirming.fill({ code: '' });
      this.changed();
    });
  }

  async remove(): Promise<void> {
    await this.removing.send(async ({ password, code }) => {
      const body: SecondFactorRemoveRequest = { password, code: code.trim() };
      await call('DELETE', '/session/second-factor', body);
      this.removing.fill({ password: '', code: '' });
      this.changed();
    });
  }

  /** The codes have been kept, or the secret is not wanted. */
  rest(): void {
    this.confirming.fill({ code: '' });
    this.store.dispatch({ at: 'RESTING' });
  }
}
