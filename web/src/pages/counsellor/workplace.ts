import type { ReadonlySignal } from '@preact/signals';

import { upToDate } from '../../lib/conversation';
import type { Farewell } from '../../lib/close';
import { newId } from '../../lib/ids';
import { Keeper } from '../../lib/keeper';
import type { Outbox } from '../../lib/outbox';
import type { ClientFrame, OfferId, RoomId, ServerFrame } from '../../lib/protocol.gen';
import { browserWorld, Socket, type SocketWorld } from '../../lib/socket';
import { createStore, type Store } from '../../lib/store';
import { empty, reduce, type CounsellorAction, type CounsellorState } from './state';

const OUTBOX_KEY = 'anteroom.outbox';
/** An offer whose `withdrawn` does not come leaves the screen this long after its deadline. */
const OFFER_SLACK_MS = 3_000;
/** A wrap-up nobody objected to is done after this. */
const WRAP_UP_MS = 3_000;

export interface WorkplaceWorld {
  url(): string;
  storage: Storage;
  socket?: SocketWorld;
  /** The socket was not let in: perhaps the log-in is over. */
  doubtful(why: Farewell | 'REFUSED'): void;
}

/** A counsellor's screen behind the views: translates between the socket and the state. */
export class Workplace {
  private readonly store: Store<CounsellorState, CounsellorAction> = createStore(empty, reduce);
  private readonly socket: Socket;
  private readonly timers;
  private readonly keepers = new Map<RoomId, Keeper>();
  private saved = '{}';
  /** Half-written messages and memos, by room; they outlive a change of tab. */
  readonly drafts = new Map<RoomId, { body?: string; result_code?: string; memo?: string }>();

  constructor(private readonly world: WorkplaceWorld) {
    const socketWorld = world.socket ?? browserWorld;
    this.timers = socketWorld.timers;
    this.socket = new Socket(
      () => world.url(),
      {
        opened: () => this.keepers.forEach((keeper) => keeper.reconnected()),
        frame: (frame) => this.receive(frame),
        status: (connection) => this.dispatch({ type: 'connection', connection }),
        farewell: (why) => {
          this.dispatch({ type: 'farewell', why });
          world.doubtful(why);
        },
        refused: () => world.doubtful('REFUSED'),
      },
      socketWorld,
    );
  }

  get state(): ReadonlySignal<CounsellorState> {
    return this.store.state;
  }

  start(): void {
    this.dispatch({ type: 'restore', carried: this.restored() });
    this.socket.start();
  }

  /** Forgets everything; for a log-out, or a log-in that is over. */
  stop({ forget }: { forget: boolean }): void {
    this.socket.stop();
    this.keepers.forEach((keeper) => keeper.stop());
    this.keepers.clear();
    if (!forget) return;
    this.dispatch({ type: 'restart' });
    this.drafts.clear();
    this.world.storage.removeItem(OUTBOX_KEY);
    this.saved = '{}';
  }

  /** Takes the session over from the window that has it. */
  takeOver(): void {
    this.socket.start();
  }

  open(): void {
    this.socket.send({ type: 'open' });
  }

  pause(reason: string): void {
    this.socket.send({ type: 'pause', reason });
  }

  accept(offer: OfferId): void {
    if (this.socket.send({ type: 'accept', offer })) this.dispatch({ type: 'answered', offer });
  }

  decline(offer: OfferId): void {
    if (this.socket.send({ type: 'decline', offer })) this.dispatch({ type: 'answered', offer });
  }

  select(room: RoomId): void {
    this.dispatch({ type: 'select', room });
  }

  looked(): void {
    if (document.visibilityState === 'visible') this.dispatch({ type: 'looked' });
  }

  say(room: RoomId, body: string): void {
    this.dispatch({ type: 'say', room, client_id: newId(), body });
  }

  typing(room: RoomId, on: boolean): void {
    this.keepers.get(room)?.typing(room, on);
  }

  end(room: RoomId): void {
    this.socket.send({ type: 'end', room });
  }

  wrapUp(room: RoomId, result_code: string, memo: string): void {
    this.dispatch({ type: 'wrap_up', room, result_code, memo: memo.trim() });
    this.sendWrapUp(room);
  }

  shut(room: RoomId): void {
    this.dispatch({ type: 'shut', room });
  }

  dismiss(): void {
    this.dispatch({ type: 'dismiss' });
  }

  private receive(frame: ServerFrame): void {
    const { fresh } = this.state.peek();
    const visible = document.visibilityState === 'visible';
    this.dispatch({ type: 'frame', frame, now: this.timers.now(), visible });
    switch (frame.type) {
      case 'state':
        if (fresh) this.takeSeats();
        break;
      case 'matched': {
        const tab = this.tab(frame.room);
        if (tab && !upToDate(tab.conversation)) this.keepers.get(frame.room)?.catchUp();
        break;
      }
      case 'offer':
        if (frame.accept_within_s > 0) {
          const { offer, accept_within_s } = frame;
          this.timers.after(accept_within_s * 1000 + OFFER_SLACK_MS, () => this.dispatch({ type: 'expire', offer }));
        }
        break;
      case 'error':
        this.refused(frame);
        break;
      default:
        break;
    }
  }

  /** The first `state` of a connection: ask for what was missed, and say again what may not have arrived. */
  private takeSeats(): void {
    for (const { room, wrap_up } of this.state.peek().tabs) {
      this.keepers.get(room)?.catchUp();
      if (wrap_up.phase !== 'SENT') continue;
      this.dispatch({ type: 'resent', room });
      this.sendWrapUp(room);
    }
  }

  private sendWrapUp(room: RoomId): void {
    const wrap_up = this.tab(room)?.wrap_up;
    if (wrap_up?.phase !== 'SENT') return;
    const frame: ClientFrame = { type: 'wrap_up', room, result_code: wrap_up.result_code };
    if (!this.socket.send(wrap_up.memo ? { ...frame, memo: wrap_up.memo } : frame)) return;
    this.timers.after(WRAP_UP_MS, () => {
      const { connection } = this.state.peek();
      const present = this.tab(room)?.wrap_up;
      if (connection === 'OPEN' && present?.phase === 'SENT' && !present.required) this.shut(room);
    });
  }

  private refused(frame: Extract<ServerFrame, { type: 'error' }>): void {
    const { re, code } = frame;
    if (re === undefined) return;
    if (code === 'RESYNC') this.keepers.get(re)?.catchUp();
    const said = this.state.peek().tabs.find(({ conversation }) =>
      conversation.outbox.some(({ client_id }) => client_id === re),
    );
    if (said) this.keepers.get(said.room)?.refused(re, code);
  }

  private dispatch(action: CounsellorAction): void {
    this.store.dispatch(action);
    this.keepRooms();
    this.persist();
  }

  private tab(room: RoomId) {
    return this.state.peek().tabs.find((tab) => tab.room === room);
  }

  private keepRooms(): void {
    const { tabs } = this.state.peek();
    for (const [room, keeper] of this.keepers) {
      if (tabs.some((tab) => tab.room === room)) continue;
      keeper.stop();
      this.keepers.delete(room);
      this.drafts.delete(room);
    }
    for (const { room } of tabs) {
      if (!this.keepers.has(room)) this.keepers.set(room, this.newKeeper(room));
      this.keepers.get(room)?.settle();
    }
  }

  private newKeeper(room: RoomId): Keeper {
    return new Keeper({
      send: (frame) => this.socket.send(frame),
      // Until the first `state` the server may not have given the seats back.
      read: () => (this.state.peek().fresh ? null : (this.tab(room)?.conversation ?? null)),
      visible: () => document.visibilityState === 'visible' && this.state.peek().active === room,
      hear: (frame) => this.dispatch({ type: 'frame', frame, now: this.timers.now(), visible: false }),
      timers: this.timers,
    });
  }

  private persist(): void {
    const unsent = this.state.peek().tabs.filter(
      ({ conversation }) => conversation.outbox.length > 0 && !conversation.ended,
    );
    const text = JSON.stringify(Object.fromEntries(unsent.map(({ room, conversation }) => [room, conversation.outbox])));
    // Before the first `state` no room is known, and what a reload carried must not be lost.
    if (text === this.saved || this.state.peek().mine === null) return;
    this.saved = text;
    if (text === '{}') this.world.storage.removeItem(OUTBOX_KEY);
    else this.world.storage.setItem(OUTBOX_KEY, text);
  }

  private restored(): Record<RoomId, Outbox> {
    try {
      return JSON.parse(this.world.storage.getItem(OUTBOX_KEY) ?? '{}') as Record<RoomId, Outbox>;
    } catch {
      return {};
    }
  }
}
