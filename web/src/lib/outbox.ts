import { BODY_CHARS_MAX, type ClientFrame, type ErrorCode, type RoomId } from './protocol.gen';
import { realTimers, type Timers } from './timers';
import { countChars } from './words';

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
  return [...outbox, { client_id, body, trouble: isTooLong(body) ? 'BAD_FRAME' : null }];
}

/** Longer than any message may be. It is not even sent: a frame that is too large costs the whole connection. */
const isTooLong = (body: string) => countChars(body) > BODY_CHARS_MAX;

export function take(outbox: Outbox, client_id: string): Outbox {
  return outbox.filter((unsent) => unsent.client_id !== client_id);
}

export function trouble(outbox: Outbox, client_id: string, code: ErrorCode): Outbox {
  return outbox.map((unsent) => (unsent.client_id === client_id ? { ...unsent, trouble: code } : unsent));
}

/** The server closed the connection for a fault of ours: what may have been the cause is not sent again. */
export function faulted(outbox: Outbox): Outbox {
  return outbox.map((unsent) => ({ ...unsent, trouble: 'BAD_FRAME' }));
}

/** Refusals after which the same words may still be accepted. */
const MAY_BE_TAKEN: ReadonlySet<ErrorCode> = new Set(['NOT_STORED', 'BUSY', 'ROOM_ENDED', 'NO_SUCH_ROOM']);

/** Whether the same words can never be accepted: sent again, they would be refused for ever. */
export function refusedForGood({ body, trouble }: Unsent): boolean {
  return (trouble !== null && !MAY_BE_TAKEN.has(trouble)) || isTooLong(body);
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
