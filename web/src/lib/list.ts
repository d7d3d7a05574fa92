import type { ReadonlySignal } from '@preact/signals';

import type { Page } from './api.gen';
import { troubleOf, type Said } from './said';
import { createStore, type Store } from './store';

/** A list that is read a page at a time, each page beginning where the one before ended. */
export interface ListState<Item> {
  readonly status: 'IDLE' | 'LOADING' | 'READY' | 'FAILED';
  readonly trouble: Said | null;
  readonly items: readonly Item[];
  readonly next: string | null;
}

export type ListAction<Item> =
  | { type: 'loading'; anew: boolean }
  | { type: 'page'; page: Page<Item> }
  | { type: 'put'; item: Item }
  | { type: 'failed'; trouble: Said };

export const empty: ListState<never> = { status: 'IDLE', trouble: null, items: [], next: null };

export function reduce<Item>(
  state: ListState<Item>,
  action: ListAction<Item>,
  idOf: (item: Item) => string | number,
): ListState<Item> {
  switch (action.type) {
    case 'loading':
      return action.anew ? { ...empty, status: 'LOADING' } : { ...state, status: 'LOADING', trouble: null };
    case 'page': {
      // A row that moved while pages were read may come a second time.
      const known = new Set(state.items.map(idOf));
      const added = action.page.items.filter((item) => !known.has(idOf(item)));
      return { status: 'READY', trouble: null, items: [...state.items, ...added], next: action.page.next };
    }
    case 'failed':
      return { ...state, status: 'FAILED', trouble: action.trouble };
    case 'put':
      return { ...state, items: state.items.map((item) => (idOf(item) === idOf(action.item) ? action.item : item)) };
  }
}

/** Drives a list. Only the answer to the newest question counts. */
export class List<Item, Filter = void> {
  private readonly store: Store<ListState<Item>, ListAction<Item>>;
  private filter: Filter | undefined;
  private asked = 0;

  constructor(
    private readonly read: (filter: Filter, after: string | null) => Promise<Page<Item>>,
    idOf: (item: Item) => string | number,
  ) {
    this.store = createStore<ListState<Item>, ListAction<Item>>(empty, (state, action) => reduce(state, action, idOf));
  }

  get state(): ReadonlySignal<ListState<Item>> {
    return this.store.state;
  }

  /** From the beginning, with this filter. */
  load(filter: Filter): Promise<void> {
    this.filter = filter;
    return this.page(true);
  }

  /** From the beginning, with the filter there is. */
  reload(): Promise<void> {
    return this.page(true);
  }

  /** After what is there; after a failure, what failed. */
  more(): Promise<void> {
    return this.page(this.store.state.peek().items.length === 0);
  }

  /** What of a row is new; a row that is not shown stays so. */
  put(item: Item): void {
    this.store.dispatch({ type: 'put', item });
  }

  private async page(anew: boolean): Promise<void> {
    const after = anew ? null : this.store.state.peek().next;
    this.asked += 1;
    const question = this.asked;
    this.store.dispatch({ type: 'loading', anew });
    try {
      const page = await this.read(this.filter as Filter, after);
      if (question === this.asked) this.store.dispatch({ type: 'page', page });
    } catch (error) {
      if (question === this.asked) this.store.dispatch({ type: 'failed', trouble: troubleOf(error) });
    }
  }
}
