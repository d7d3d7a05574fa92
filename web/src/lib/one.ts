import type { ReadonlySignal } from '@preact/signals';

import { troubleOf, type Said } from './said';
import { createStore, type Store } from './store';

/** One thing of the server: on its way, there, or not to be had. */
export type OneState<Item> =
  | { readonly status: 'LOADING' }
  | { readonly status: 'READY'; readonly item: Item }
  | { readonly status: 'FAILED'; readonly trouble: Said };

/** Drives the reading of one thing. Only the answer to the newest question counts. */
export class One<Item> {
  private readonly store: Store<OneState<Item>, OneState<Item>> = createStore<OneState<Item>, OneState<Item>>(
    { status: 'LOADING' },
    (_, next) => next,
  );
  private asked = 0;

  constructor(private readonly read: () => Promise<Item>) {}

  get state(): ReadonlySignal<OneState<Item>> {
    return this.store.state;
  }

  /** Reads it; one that is on the screen stays there meanwhile. */
  async load(): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    if (this.store.state.peek().status === 'FAILED') this.store.dispatch({ status: 'LOADING' });
    try {
      const item = await this.read();
      if (question === this.asked) this.store.dispatch({ status: 'READY', item });
    } catch (error) {
      if (question === this.asked) this.store.dispatch({ status: 'FAILED', trouble: troubleOf(error) });
    }
  }

  /** Reads it again after a change; when that fails, what is on the screen stays. */
  async refresh(): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    try {
      const item = await this.read();
      if (question === this.asked) this.store.dispatch({ status: 'READY', item });
    } catch {
      // The change itself has been answered; the next one finds out that this is old.
    }
  }

  /** What an answer to a change showed. */
  put(item: Item): void {
    this.asked += 1;
    this.store.dispatch({ status: 'READY', item });
  }
}
