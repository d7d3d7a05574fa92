import { signal, type ReadonlySignal } from '@preact/signals';

import type { Invitation } from '../../lib/api.gen';
import { isUnknown, readInvitation, type Ticket } from '../../lib/groups';
import type { Outbox } from '../../lib/outbox';
import type { ClientFrame } from '../../lib/protocol.gen';
import { Room } from '../../lib/room';
import { unsent, type RoomState } from '../../lib/room-state';
import { socketUrl } from '../../lib/socket';
import type { SocketWorld } from '../../lib/socket-world';
import { createStore, type Store } from '../../lib/store';
import { realTimers, type Timers } from '../../lib/timers';
import { keep, recall } from './kept';
import { empty, reduce, type Guest, type GuestAction, type GuestState } from './state';

/** How long after a try that reached nobody the next is made. */
export const AGAIN_MS = 4_000;

export interface StayWorld {
  storage: Storage;
  timers?: Timers;
  socket?: SocketWorld;
  invitation?(ticket: Ticket): Promise<Invitation>;
}

/** A guest from the link to the way out: translates between the room, the storage and the state. */
export class Stay {
  private readonly store: Store<GuestState, GuestAction> = createStore<GuestState, GuestAction>(empty, reduce);
  private readonly present = signal<Room | null>(null);
  private readonly timers: Timers;
  private readonly invitation: (ticket: Ticket) => Promise<Invitation>;
  private cancelAgain: (() => void) | null = null;
  private asked = 0;
  /** What is unsent while a newer window has the seat. */
  private carried: Outbox = [];

  constructor(private readonly world: StayWorld) {
    this.timers = world.timers ?? realTimers;
    this.invitation = world.invitation ?? readInvitation;
  }

  get state(): ReadonlySignal<GuestState> {
    return this.store.state;
  }

  /** The room one is in, or was in until it ended. */
  get room(): ReadonlySignal<Room | null> {
    return this.present;
  }

  /** With the link the page was opened by, or with what a reload left behind. */
  begin(ticket: Ticket | null): void {
    const kept = recall(this.world.storage);
    if (kept && (ticket === null || ticket.room === kept.ticket.room)) {
      const { guest, token, outbox } = kept;
      // Whoever opens the link again wants to be in here.
      const elsewhere = ticket === null && kept.elsewhere === true;
      this.carried = outbox;
      this.dispatch({ type: 'restored', ticket: ticket ?? kept.ticket, guest, token, elsewhere });
      if (token !== null) return elsewhere ? undefined : this.enter(outbox);
    } else {
      this.dispatch({ type: 'opened', ticket });
    }
    void this.look();
  }

  /** Reads what stands on the door. */
  async look(): Promise<void> {
    const { ticket } = this.state.peek();
    if (ticket === null) return;
    this.cancelAgain?.();
    this.cancelAgain = null;
    this.asked += 1;
    const question = this.asked;
    try {
      const invitation = await this.invitation(ticket);
      if (question === this.asked) this.dispatch({ type: 'invited', invitation });
    } catch (error) {
      if (question !== this.asked) return;
      if (isUnknown(error)) return this.dispatch({ type: 'dead' });
      this.dispatch({ type: 'lost' });
      this.cancelAgain = this.timers.after(AGAIN_MS, () => void this.look());
    }
  }

  type(guest: Partial<Guest>): void {
    this.dispatch({ type: 'typed', guest });
  }

  join(): void {
    if (this.state.peek().guest.nickname.trim() === '') return;
    this.dispatch({ type: 'entered' });
    this.enter([]);
  }

  /** Takes the seat back from the newer window. */
  takeBack(): void {
    if (this.state.peek().stage.at !== 'ELSEWHERE') return;
    this.dispatch({ type: 'entered' });
    this.enter(this.carried);
  }

  /** Gives the seat up; nothing of the visit stays on this device. */
  leave(): void {
    this.present.peek()?.leave();
    this.wipe();
    this.dispatch({ type: 'left' });
  }

  /** Takes the conversation of a room that ended off the screen. */
  wipe(): void {
    this.cancelAgain?.();
    this.cancelAgain = null;
    this.asked += 1;
    const room = this.present.peek();
    this.present.value = null;
    room?.stop();
  }

  private enter(carried: Outbox): void {
    const { ticket } = this.state.peek();
    if (ticket === null) return;
    this.present.peek()?.stop();
    const room = new Room(
      ticket.room,
      {
        url: (id) => socketUrl('/ws/room', { room: id, key: ticket.key }),
        introduce: (id, after) => this.introduction(id, after),
        isGone: () => this.isGone(ticket),
        changed: (state) => this.changed(room, state),
        ...(this.world.socket && { socket: this.world.socket }),
      },
      carried,
    );
    this.present.value = room;
    room.start();
  }

  private introduction(room: string, after: number): ClientFrame {
    const { token, guest } = this.state.peek();
    if (token !== null) return { type: 'resume', token, after };
    const { nickname, picture } = guest;
    return { type: 'join', room, nickname: nickname.trim(), ...(picture && { picture }) };
  }

  private async isGone(ticket: Ticket): Promise<boolean> {
    try {
      await this.invitation(ticket);
      return false;
    } catch (error) {
      return isUnknown(error);
    }
  }

  private changed(room: Room, state: RoomState): void {
    if (room !== this.present.peek()) return;
    this.dispatch({ type: 'room', room: state });
    const { at } = this.state.peek().stage;
    this.carried = unsent(state);
    // What was said in a room that ended stays on the screen until its reader closes it.
    if (at === 'IN' || at === 'OVER') return;
    this.wipe();
    if (at === 'LOADING') void this.look();
  }

  private dispatch(action: GuestAction): void {
    this.store.dispatch(action);
    const { ticket, guest, token, stage } = this.state.peek();
    const room = this.present.peek();
    const elsewhere = stage.at === 'ELSEWHERE';
    const outbox = token === null ? [] : elsewhere ? this.carried : room ? unsent(room.state.peek()) : [];
    keep(ticket && { ticket, guest, token, outbox, ...(elsewhere && { elsewhere }) }, this.world.storage);
  }
}
