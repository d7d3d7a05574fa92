import type { ReadonlySignal } from '@preact/signals';

import { ApiError, call } from '../../lib/api';
import type { Verified, VerifyRequest } from '../../lib/api.gen';
import { takeToken } from '../../lib/link';
import { troubleOf, type Said } from '../../lib/said';
import { createStore, type Store } from '../../lib/store';

export type Stage =
  | { at: 'NO_LINK' }
  | { at: 'ASKING' }
  | { at: 'DONE'; login: string; approved: boolean }
  | { at: 'BAD_LINK' }
  | { at: 'TROUBLE'; trouble: Said };

/** What an answer other than the account means. A used, old or unknown link cannot be mended by trying again. */
export function refusal(error: unknown): Stage {
  const isFinal = error instanceof ApiError && [400, 403, 404, 409, 410, 422].includes(error.status);
  return isFinal ? { at: 'BAD_LINK' } : { at: 'TROUBLE', trouble: troubleOf(error) };
}

/** Shows the server the token of the link in a mail. */
export class Verification {
  private readonly store: Store<Stage, Stage> = createStore<Stage, Stage>({ at: 'NO_LINK' }, (_, next) => next);
  private token: string | null = null;

  get stage(): ReadonlySignal<Stage> {
    return this.store.state;
  }

  /** Also for another link over the open page. */
  async open(): Promise<void> {
    const token = takeToken();
    if (token === null) return;
    this.token = token;
    await this.ask();
  }

  async ask(): Promise<void> {
    if (this.token === null) return;
    this.store.dispatch({ at: 'ASKING' });
    try {
      const body: VerifyRequest = { token: this.token };
      const { account } = await call<Verified>('POST', '/accounts/verify', body);
      this.token = null;
      this.store.dispatch({ at: 'DONE', login: account.login, approved: account.approved });
    } catch (error) {
      this.store.dispatch(refusal(error));
    }
  }
}
