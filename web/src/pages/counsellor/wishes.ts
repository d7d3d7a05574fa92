import type { ClientFrame, OfferId, RoomId, ServerFrame, TicketId } from '../../lib/protocol.gen';

/** What could not be said within this is not said any more: whoever wanted it may have left, or think otherwise. */
export const WISH_MS_MAX = 120_000;

type Duty = Extract<ClientFrame, { type: 'open' | 'pause' }>;
type OfRoom = Extract<ClientFrame, { type: 'end' | 'transfer' | 'cancel_transfer' }>;
type Answer = 'accept' | 'decline';

interface Wish<Wanted> {
  readonly wanted: Wanted;
  readonly at: number;
}

interface Answered extends Wish<Answer> {
  readonly offer: OfferId;
  /** The line died before anything came of it. */
  readonly lost: boolean;
}

/**
 * What a counsellor wants and the server has not yet shown to be so. A line may die after it was said: it is said
 * again on the next. A ring comes anew then, with another offer of the same ticket, and has its answer already.
 */
export class Wishes {
  private duty: Wish<Duty> | null = null;
  private readonly answers = new Map<TicketId, Answered>();
  private readonly rooms = new Map<RoomId, Wish<OfRoom> & { readonly again: boolean }>();

  wantDuty(wanted: Duty, now: number): void {
    this.duty = { wanted, at: now };
  }

  want(wanted: OfRoom, now: number): void {
    this.rooms.set(wanted.room, { wanted, at: now, again: false });
  }

  answer(ticket: TicketId, offer: OfferId, wanted: Answer, now: number): void {
    this.answers.set(ticket, { wanted, offer, at: now, lost: false });
  }

  /** The connection is gone, and with it perhaps what was said on it. */
  dropped(): void {
    for (const [ticket, answered] of this.answers) this.answers.set(ticket, { ...answered, lost: true });
  }

  forget(): void {
    this.duty = null;
    this.answers.clear();
    this.rooms.clear();
  }

  /** What of it a frame shows to be so, or refuses. `fresh`: no `state` has come on this connection before. */
  hear(frame: ServerFrame, fresh: boolean): void {
    switch (frame.type) {
      case 'state':
        if (frame.intent === dutyOf(this.duty?.wanted)) this.duty = null;
        // Nothing comes about a refused ring but that one is free again.
        if (!fresh && frame.activity !== 'OFFERED') this.settle(({ wanted }) => wanted === 'decline');
        break;
      case 'matched':
        this.answers.delete(frame.ticket);
        break;
      case 'withdrawn':
        this.settle(({ offer }) => offer === frame.offer);
        break;
      case 'ended':
      case 'transfer':
        this.rooms.delete(frame.room);
        break;
      case 'error':
        if (frame.re === undefined) this.duty = null;
        else if (!this.rooms.delete(frame.re)) this.settle(({ offer }) => offer === frame.re);
        break;
      default:
        break;
    }
  }

  /** What is to be said again after the first `state` of a connection. */
  again(state: Extract<ServerFrame, { type: 'state' }>, now: number): readonly ClientFrame[] {
    if (this.duty && isOld(this.duty, now)) this.duty = null;
    for (const [room, wish] of this.rooms) {
      const isThere = state.rooms.some((each) => each.room === room && !each.wrap_up);
      if (!isThere || isOld(wish, now)) this.rooms.delete(room);
      else this.rooms.set(room, { ...wish, again: true });
    }
    const duty = this.duty && this.duty.wanted;
    return [...(duty ? [duty] : []), ...[...this.rooms.values()].map(({ wanted }) => wanted)];
  }

  /** What was answered to this ring when it rang on a line that died. */
  known(frame: Extract<ServerFrame, { type: 'offer' }>, now: number): Answer | null {
    const answered = this.answers.get(frame.ticket);
    if (!answered?.lost) return null;
    this.answers.delete(frame.ticket);
    return isOld(answered, now) ? null : answered.wanted;
  }

  /** A refusal of what was said twice only says that the first one had arrived: what it stands for. */
  meant(frame: ServerFrame): ServerFrame {
    if (frame.type !== 'error' || frame.re === undefined) return frame;
    const wish = this.rooms.get(frame.re);
    if (!wish?.again) return frame;
    const room = frame.re;
    if (wish.wanted.type === 'transfer' && frame.code === 'TRANSFER_PENDING') return { type: 'transfer', room, state: 'OFFERED' };
    if (wish.wanted.type === 'cancel_transfer' && frame.code === 'NO_SUCH_TRANSFER') {
      return { type: 'transfer', room, state: 'CANCELLED' };
    }
    return frame;
  }

  private settle(which: (answered: Answered) => boolean): void {
    for (const [ticket, answered] of this.answers) if (which(answered)) this.answers.delete(ticket);
  }
}

const isOld = ({ at }: Wish<unknown>, now: number) => now - at > WISH_MS_MAX;

const dutyOf = (wanted: Duty | undefined) => wanted && (wanted.type === 'open' ? 'OPEN' : 'PAUSED');
