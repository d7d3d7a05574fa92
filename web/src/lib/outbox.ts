import type { ClientFrame, ErrorCode, RoomId } from './protocol.gen';
import { realTimers, type Timers } from './timers';

/** Something said that the server has not yet accepted. It leaves the outbox only with a sequence number. */
export interface Unsent {
  readonly client_id: string;
  readonly body: string;
  /** Why it was not taken: it is tried again (NOT_STORED, BUSY) or kept and shown as refused (the others). */
  readonly trouble: ErrorCode | null;
}

export type Outbox = readonly Unsent[];

/** Most messages under way at once: a long outbox must not run into the server's limit of frames. */
export const UNDER_WAY_MAX = 8;
/** How long after NOT_STORED or BUSY the same message is tried again. */
export const AGAIN_MS = 2_000;

export function put(outbox: Outbox, client_id: string, body: string): Outbox {
  return [...outbox, { client_id, body, trouble: null }];
}

export function take(outbox: Outbox, client_id: string): Outbox {
  return outbox.filter((unsent) => unsent.client_id !== client_id);
}

export function trouble(outbox: Outbox, client_id: string, code: ErrorCode): Outbox {
  return outbox.map((unsent) => (unsent.client_id === client_id ? { ...unsent, trouble: code } : unsent));
}

/** Whether the same words may still be accepted later. */
export function refusedForGood(unsent: Unsent): boolean {
  return unsent.trouble === 'BAD_FRAME' || unsent.trouble === 'CLIENT_ID_REUSED' || unsent.trouble === 'NOT_ALLOWED';
}

/**
 * Carries an outbox over a socket: each message once per connection, in order, again after a drop.
 * The `client_id` makes the server see a repetition as the same message.
 */
export class Courier {
  private readonly carried = new Set<string>();
  private cancels: Array<() => void> = [];

  constructor(
    private readonly send: (frame: ClientFrame) => boolean,
    private readonly timers: Timers = realTimers,
    private readonly type: 'say' | 'whisper' = 'say',
  ) {}

  /** The connection is new: what was under way may be lost. */
  reconnected(): void {
    this.forget();
  }

  forget(): void {
    this.carried.clear();
    for (const cancel of this.cancels) cancel();
    this.cancels = [];
  }

  carry(room: RoomId, outbox: Outbox): void {
    const open = outbox.filter((unsent) => !refusedForGood(unsent));
    let under_way = open.filter((unsent) => this.carried.has(unsent.client_id)).length;
    for (const { client_id, body } of open) {
      if (this.carried.has(client_id)) continue;
      if (under_way >= UNDER_WAY_MAX || !this.send({ type: this.type, room, client_id, body })) return;
      this.carried.add(client_id);
      under_way += 1;
    }
  }

  /** The server could not take it just now; `retry` is called when it may be carried again. */
  again(client_id: string, retry: () => void): void {
    this.cancels.push(
      this.timers.after(AGAIN_MS, () => {
        this.carried.delete(client_id);
        retry();
      }),
    );
  }
}
