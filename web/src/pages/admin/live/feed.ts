import { signal, type ReadonlySignal } from '@preact/signals';

import { serverNow } from '../../../lib/moment';
import { createStore, type Store } from '../../../lib/store';
import { Gathering, type Changes } from './changes';
import { empty, reduce, type Connection, type LiveAction, type LiveState, type StreamEvent } from './state';
import { Trend } from './trend';

interface FeedWorld {
  now?: () => number;
  schedule?(run: () => void): () => void;
}

/** What the stream says, as the live screen shows it: how things are, and how they were in the last half hour. */
export class Feed {
  private readonly store: Store<LiveState, LiveAction> = createStore<LiveState, LiveAction>(empty, reduce);
  private readonly gathering: Gathering;
  private readonly now: () => number;
  private readonly moved = signal(0);
  private past = new Trend();

  constructor({ now = serverNow, schedule }: FeedWorld = {}) {
    this.now = now;
    this.gathering = new Gathering((changes) => this.apply(changes), schedule);
  }

  get state(): ReadonlySignal<LiveState> {
    return this.store.state;
  }

  get trend(): Trend {
    return this.past;
  }

  /** Changes whenever the trend may have. */
  get trendMoved(): ReadonlySignal<number> {
    return this.moved;
  }

  /** Changes that wait for their frame. */
  get waiting(): number {
    return this.gathering.size;
  }

  take(event: StreamEvent): void {
    if (event.type !== 'snapshot') return this.gathering.add(event);
    this.gathering.clear();
    this.store.dispatch(event);
    this.past.snapshot(this.store.state.peek(), this.now());
    this.moved.value += 1;
  }

  connection(connection: Connection): void {
    this.store.dispatch({ type: 'connection', connection });
    this.tick();
  }

  /** Another ten seconds begin, though nothing changed. */
  tick(): void {
    this.past.tick(this.store.state.peek(), this.now());
    this.moved.value += 1;
  }

  /** Somebody else logged in, or nobody. */
  reset(): void {
    this.gathering.clear();
    this.store.dispatch({ type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
    this.store.dispatch({ type: 'connection', connection: 'CONNECTING' });
    this.past = new Trend(this.past.target_s);
    this.moved.value += 1;
  }

  private apply(changes: Changes): void {
    const before = this.store.state.peek();
    this.store.dispatch({ type: 'changes', changes });
    this.past.changes(before, this.store.state.peek(), changes, this.now());
    this.moved.value += 1;
  }
}
