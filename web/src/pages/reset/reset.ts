import type { ReadonlySignal } from '@preact/signals';

import { ApiError, call } from '../../lib/api';
import type { PasswordLinkAnswer, PasswordLinkRequest } from '../../lib/api.gen';
import { Form } from '../../lib/form';
import { takeToken } from '../../lib/link';
import { passwordFault } from '../../lib/password';
import { createStore, type Store } from '../../lib/store';

/** ASK: for a mail. SENT: it is on its way, if there is such an account. NO_MAIL: this office sends none. NEW: the link was opened. */
export type Stage = { at: 'ASK' } | { at: 'SENT' } | { at: 'NO_MAIL' } | { at: 'NEW' } | { at: 'DONE' } | { at: 'BAD_LINK' };

/** Codes of a link that no typing mends. */
const BAD_LINK = new Set(['BAD_TOKEN', 'TOKEN_EXPIRED', 'BAD_LINK', 'NOT_FOUND', 'NOT_ALLOWED']);

export function isBadLink(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { code, errors } = error.problem;
  return BAD_LINK.has(code) || (errors?.some(({ field }) => field === 'token') ?? false);
}

/** A forgotten password: first a mail, then its link and a new password. */
export class Reset {
  readonly asking = new Form({ login: '' });
  readonly setting = new Form({ password: '', again: '' });
  private readonly store: Store<Stage, Stage> = createStore<Stage, Stage>({ at: 'ASK' }, (_, next) => next);
  private token: string | null = null;

  get stage(): ReadonlySignal<Stage> {
    return this.store.state;
  }

  /** Also for another link over the open page. */
  open(): void {
    const token = takeToken();
    if (token === null) return;
    this.token = token;
    this.store.dispatch({ at: 'NEW' });
  }

  async ask(): Promise<void> {
    const login = this.asking.state.peek().typed.login.trim();
    if (login === '') return this.asking.fault('login', { key: 'fault.MISSING' });
    await this.asking.send(async () => {
      const { mail } = await call<PasswordLinkAnswer>('POST', '/password/reset', { login } satisfies PasswordLinkRequest);
      this.store.dispatch({ at: mail === false ? 'NO_MAIL' : 'SENT' });
    });
  }

  /** A mail that did not come is asked for again. */
  again(): void {
    this.token = null;
    this.store.dispatch({ at: 'ASK' });
  }

  async set(): Promise<void> {
    const { password, again } = this.setting.state.peek().typed;
    const fault = passwordFault(password, again);
    if (fault) {
      return this.setting.fault(fault === 'PASSWORDS_DIFFER' ? 'again' : 'password', { key: `setup.trouble.${fault}` });
    }
    const token = this.token;
    await this.setting.send(async () => {
      try {
        await call('PUT', '/password', { token, password });
        this.store.dispatch({ at: 'DONE' });
      } catch (error) {
        if (!isBadLink(error)) throw error;
        this.store.dispatch({ at: 'BAD_LINK' });
      }
    });
  }
}
