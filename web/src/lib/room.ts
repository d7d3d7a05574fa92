import type { ReadonlySignal } from '@preact/signals';

import type { Farewell } from './close';
import { heard, upToDate } from './conversation';
import { newId } from './ids';
import { Keeper } from './keeper';
import { Courier, type Outbox } from './outbox';
import type { ClientFrame, RoomId, ServerFrame } from './protocol.gen';
import { enter, reduce, type RoomAction, type RoomState } from './room-state';
import { Socket } from './socket';
import { browserWorld, type SocketWorld } from './socket-world';
import { createStore, type Store } from './store';

export interface RoomWorld {
  url(room: RoomId): string;
  /** What a new connection says first; nothing for those who are seated by their log-in. `after`: the last `seq` heard. */
  introduce?(room: RoomId, after: number): ClientFrame | null;
  /** Asked after a try that never opened: whether there is such a room, for us. */
  isGone(room: RoomId): Promise<boolean>;
  /** Every change, after it. */
  changed?(state: RoomState): void;
  /** The socket will not come back: perhaps the log-in is over. */
  farewell?(why: Farewell): void;
  socket?: SocketWorld;
}

/** One room over a socket of its own: of a supervisor, or of anybody in a group room. */
export class Room {
  private readonly store: Store<RoomState, RoomAction>;
  private readonly socket: Socket;
  private readonly keeper: Keeper;
  private readonly whisperer: Courier;
  private asksWhether = false;
  /** What a supervisor wants and the server has not yet shown to be so: said again after a drop. */
  private wish: 'join' | 'leave' | null = null;

  constructor(
    private id: RoomId,
    private readonly world: RoomWorld,
    carried: Outbox = [],
  ) {
    this.store = createStore<RoomState, RoomAction>(enter(carried), reduce);
    const socketWorld = world.socket ?? browserWorld;
    this.socket = new Socket(
      () => world.url(this.id),
      {
        opened: () => this.introduce(),
        frame: (frame) => this.receive(frame),
        status: (connection) => this.dispatch({ type: 'connection', connection }),
        farewell: (why) => {
          this.dispatch({ type: 'farewell', why });
          world.farewell?.(why);
        },
        refused: () => void this.askWhether(),
      },
      socketWorld,
    );
    const { timers } = socketWorld;
    const send = (frame: ClientFrame) => this.socket.send(frame);
    this.keeper = new Keeper({
      send,
      read: () => (this.state.peek().fresh ? null : this.state.peek().conversation),
      // Whoever watches is not there for the others: what they have read says nothing.
      visible: () => document.visibilityState === 'visible' && this.state.peek().seat?.watching === false,
      hear: (frame) => this.dispatch({ type: 'frame', frame }),
      timers,
    });
    this.whisperer = new Courier(send, timers, 'whisper');
  }

  get room(): RoomId {
    return this.id;
  }

  get state(): ReadonlySignal<RoomState> {
    return this.store.state;
  }

  start(): void {
    this.socket.start();
  }

  stop(): void {
    this.socket.stop();
    this.wish = null;
    this.keeper.stop();
    this.whisperer.forget();
  }

  say(body: string): void {
    this.dispatch({ type: 'say', client_id: newId(), body });
  }

  whisper(body: string): void {
    this.dispatch({ type: 'whisper', client_id: newId(), body });
  }

  typing(on: boolean): void {
    const { seat, fresh } = this.state.peek();
    if (!fresh && seat && !seat.watching) this.keeper.typing(this.id, on);
  }

  /** The person came back to the tab. */
  looked(): void {
    this.keeper.settle();
  }

  /** A supervisor comes into the conversation. False without a connection. */
  join(): boolean {
    return this.want('join');
  }

  /** A supervisor goes back to watching; of a group room the seat is given up. False without a connection. */
  leave(): boolean {
    return this.want('leave');
  }

  private want(wish: 'join' | 'leave'): boolean {
    const sent = this.socket.send({ type: wish, room: this.id });
    if (sent) this.wish = wish;
    return sent;
  }

  /** Goes with a conversation that was handed over into its next room; what was said so far stays. */
  follow(): void {
    const next = this.state.peek().next_room;
    if (next === null) return;
    this.stop();
    this.id = next;
    this.keeper.reconnected();
    this.dispatch({ type: 'follow' });
    this.start();
  }

  private introduce(): void {
    this.keeper.reconnected();
    this.whisperer.reconnected();
    const { conversation } = this.state.peek();
    const frame = this.world.introduce?.(this.id, conversation ? heard(conversation) : 0);
    if (frame) this.socket.send(frame);
  }

  private receive(frame: ServerFrame): void {
    const { fresh } = this.state.peek();
    this.dispatch({ type: 'frame', frame });
    const { conversation } = this.state.peek();
    if (frame.type === 'seated') {
      if (fresh && conversation && !upToDate(conversation)) this.keeper.catchUp();
      if (this.wish === (frame.watching ? 'leave' : 'join')) this.wish = null;
      else if (fresh && this.wish) this.want(this.wish);
    }
    if (frame.type !== 'error') return;
    if (frame.re === undefined || frame.re === this.id) this.wish = null;
    if (frame.code === 'RESYNC') this.keeper.catchUp();
    if (frame.re === undefined) return;
    this.keeper.refused(frame.re, frame.code);
    if (frame.code === 'NOT_STORED' || frame.code === 'BUSY') this.whisperer.again(frame.re, () => this.carryWhispers());
  }

  private async askWhether(): Promise<void> {
    if (this.asksWhether) return;
    this.asksWhether = true;
    const { id } = this;
    const isGone = await this.world.isGone(id).catch(() => false);
    this.asksWhether = false;
    if (!isGone || id !== this.id || this.state.peek().connection === 'OPEN') return;
    this.stop();
    this.dispatch({ type: 'gone' });
  }

  private carryWhispers(): void {
    const { fresh, whispers, conversation } = this.state.peek();
    if (!fresh && conversation && !conversation.ended) this.whisperer.carry(this.id, whispers.outbox);
  }

  private dispatch(action: RoomAction): void {
    this.store.dispatch(action);
    this.keeper.settle();
    this.carryWhispers();
    this.world.changed?.(this.state.peek());
  }
}
