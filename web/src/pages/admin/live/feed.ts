import type { ReadonlySignal } from '@preact/signals';

import { createStore, type Store } from '../../../lib/store';
import { Gathering, type Changes } from './changes';
import { empty, reduce, type Connection, type LiveAction, type LiveState, type StreamEvent } from './state';

interface FeedWorld {
  schedule?(run: () => void): () => void;
}

/** What the stream says, as the live screen shows it. */
export class Feed {
  private readonly store: Store<LiveState, LiveAction> = createStore<LiveState, LiveAction>(empty, reduce);
  private readonly gathering: Gathering;

  constructor({ schedule }: FeedWorld = {}) {
    this.gathering = new Gathering((changes: Changes) => this.store.dispatch({ type: 'changes', changes }), schedule);
  }

  get state(): ReadonlySignal<LiveState> {
    return this.store.state;
  }

  /** Changes that wait for their frame. */
  get waiting(): number {
    return this.gathering.size;
  }

  take(event: StreamEvent): void {
    if (event.type !== 'snapshot') return this.gathering.add(event);
    this.gathering.clear();
    this.store.dispatch(event);
  }

  connection(connection: Connection): void {
    this.store.dispatch({ type: 'connection', connection });
  }

  /** Somebody else logged in, or nobody. */
  reset(): void {
    this.gathering.clear();
    this.store.dispatch({ type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
    this.store.dispatch({ type: 'connection', connection: 'CONNECTING' });
  }
}
