import { heard, lastOfOthers, upToDate, type Conversation } from './conversation';
import { Courier } from './outbox';
import type { ClientFrame, ErrorCode, MemberId, RoomId, ServerFrame } from './protocol.gen';
import { realTimers, type Timers } from './timers';

/** How long something missing may stay missing before it is asked for. */
export const CATCH_UP_MS = 3_000;
/** `seen` is sent at most this often. */
export const SEEN_MS = 500;
/** `typing` is repeated no more often than this while somebody writes. */
export const TYPING_MS = 3_000;
/** Nobody is writing any more when nothing was typed, or heard of it, for this long. */
export const TYPING_OVER_MS = 6_000;

export interface KeeperWorld {
  send(frame: ClientFrame): boolean;
  read(): Conversation | null;
  /** Whether the person can see the conversation now. */
  visible(): boolean;
  hear(frame: Extract<ServerFrame, { type: 'typing' }>): void;
  timers?: Timers;
}

/**
 * What a page does for a conversation besides showing it: sends what is unsent, asks for what is missing,
 * says what was seen and who is typing. It owns these timers.
 */
export class Keeper {
  private readonly timers: Timers;
  private readonly courier: Courier;
  private cancelCatchUp: (() => void) | null = null;
  private cancelSeen: (() => void) | null = null;
  private cancelTyping: (() => void) | null = null;
  private typedAt = Number.NEGATIVE_INFINITY;
  private seenSent = 0;
  private readonly writers = new Map<MemberId, () => void>();

  constructor(private readonly world: KeeperWorld) {
    this.timers = world.timers ?? realTimers;
    this.courier = new Courier((frame) => world.send(frame), this.timers);
  }

  /** After every change of the conversation. */
  settle(): void {
    const conversation = this.world.read();
    if (!conversation) return;
    this.watchWriters(conversation);
    this.sayWhatWasSeen(conversation);
    if (conversation.ended) {
      this.cancelCatchUp?.();
      this.cancelCatchUp = null;
      return;
    }
    if (upToDate(conversation)) {
      this.cancelCatchUp?.();
      this.cancelCatchUp = null;
      this.courier.carry(conversation.room, conversation.outbox);
    } else {
      this.cancelCatchUp ??= this.timers.after(CATCH_UP_MS, () => {
        this.cancelCatchUp = null;
        this.catchUp();
        this.settle();
      });
    }
  }

  /** Asks at once for what came after the last message heard. */
  catchUp(): void {
    const conversation = this.world.read();
    if (conversation) this.world.send({ type: 'replay', room: conversation.room, after: heard(conversation) });
  }

  /** A new connection, or a new room: whatever was under way may be lost. */
  reconnected(): void {
    this.courier.reconnected();
    this.typedAt = Number.NEGATIVE_INFINITY;
    this.seenSent = 0;
  }

  /** NOT_STORED and BUSY say "try again"; the other codes do not. */
  refused(client_id: string, code: ErrorCode): void {
    if (code === 'NOT_STORED' || code === 'BUSY') this.courier.again(client_id, () => this.settle());
  }

  /** A key was pressed in the message field, or the message was sent (`on` false). */
  typing(room: RoomId, on: boolean): void {
    this.cancelTyping?.();
    this.cancelTyping = null;
    const now = this.timers.now();
    const told = now - this.typedAt < TYPING_OVER_MS;
    if (!on) {
      if (told) this.world.send({ type: 'typing', room, on: false });
      this.typedAt = Number.NEGATIVE_INFINITY;
      return;
    }
    if (now - this.typedAt >= TYPING_MS && this.world.send({ type: 'typing', room, on: true })) this.typedAt = now;
    this.cancelTyping = this.timers.after(TYPING_MS, () => this.typing(room, false));
  }

  stop(): void {
    this.courier.forget();
    for (const cancel of [this.cancelCatchUp, this.cancelSeen, this.cancelTyping, ...this.writers.values()]) cancel?.();
    this.cancelCatchUp = this.cancelSeen = this.cancelTyping = null;
    this.writers.clear();
  }

  private sayWhatWasSeen(conversation: Conversation): void {
    if (this.cancelSeen || conversation.ended || !this.world.visible()) return;
    if (lastOfOthers(conversation) <= this.seenSent) return;
    this.cancelSeen = this.timers.after(SEEN_MS, () => {
      this.cancelSeen = null;
      const present = this.world.read();
      if (!present || present.ended || !this.world.visible()) return;
      const seq = lastOfOthers(present);
      if (this.world.send({ type: 'seen', room: present.room, seq })) this.seenSent = seq;
    });
  }

  /** A writer whose page died never says that it stopped. */
  private watchWriters({ room, typing }: Conversation): void {
    for (const [member, cancel] of this.writers) {
      if (typing.includes(member)) continue;
      cancel();
      this.writers.delete(member);
    }
    for (const from of typing) {
      if (this.writers.has(from)) continue;
      const over = () => this.world.hear({ type: 'typing', room, from, on: false });
      this.writers.set(from, this.timers.after(TYPING_OVER_MS, over));
    }
  }
}
