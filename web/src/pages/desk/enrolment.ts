import type { ReadonlySignal } from '@preact/signals';

import { ApiError, call } from '../../lib/api';
import type { Enrolled } from '../../lib/api.gen';
import { createStore, type Store } from '../../lib/store';
import type { Credentials } from './kept';

/** NONE: the page is a desk's as ever. The others are for whoever sets the device up. */
export type Stage =
  | { at: 'NONE' }
  | { at: 'ASKING' }
  | { at: 'DONE'; name: string }
  | { at: 'BAD_LINK' }
  | { at: 'TROUBLE' };

/** What an answer other than the key means. A used or old link cannot be mended by trying again. */
export function refusal(error: unknown): Stage {
  const isFinal = error instanceof ApiError && error.status < 500 && error.status !== 429;
  return isFinal ? { at: 'BAD_LINK' } : { at: 'TROUBLE' };
}

/** Makes this browser a registered desk, by a link that is good for one use. */
export class Enrolment {
  private readonly store: Store<Stage, Stage> = createStore<Stage, Stage>({ at: 'NONE' }, (_, next) => next);
  private token: string | null = null;

  constructor(private readonly enrolled: (credentials: Credentials) => void) {}

  get stage(): ReadonlySignal<Stage> {
    return this.store.state;
  }

  async open(token: string): Promise<void> {
    this.token = token;
    await this.ask();
  }

  async ask(): Promise<void> {
    if (this.token === null) return;
    this.store.dispatch({ at: 'ASKING' });
    try {
      const { desk, key, name } = await call<Enrolled>('POST', '/desks/enrol', { token: this.token });
      this.token = null;
      this.enrolled({ desk, key });
      this.store.dispatch({ at: 'DONE', name });
    } catch (error) {
      this.store.dispatch(refusal(error));
    }
  }

  /** On to what visitors see. */
  leave(): void {
    this.token = null;
    this.store.dispatch({ at: 'NONE' });
  }
}
