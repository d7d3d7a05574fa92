import type { LiveCounsellor, LiveRoom, LiveTicket, StreamEvent } from './state';

/** What became of each row since the state they are for: the row as it is now, or null for one that is gone. */
export interface Changes {
  readonly rooms: ReadonlyMap<string, LiveRoom | null>;
  readonly tickets: ReadonlyMap<string, LiveTicket | null>;
  readonly counsellors: ReadonlyMap<string, LiveCounsellor | null>;
}

/** More changes than this do not wait for a frame: a page nobody looks at draws none, and must not hoard them. */
const WAITING_MAX = 5_000;

type Cancel = () => void;

/**
 * Gathers the changes of a frame, so that a burst is drawn once. Of several changes of one row the last counts.
 */
export class Gathering {
  private rooms = new Map<string, LiveRoom | null>();
  private tickets = new Map<string, LiveTicket | null>();
  private counsellors = new Map<string, LiveCounsellor | null>();
  private cancel: Cancel | null = null;

  constructor(
    private readonly apply: (changes: Changes) => void,
    private readonly schedule: (run: () => void) => Cancel = onFrame,
  ) {}

  add(event: Exclude<StreamEvent, { type: 'snapshot' }>): void {
    switch (event.type) {
      case 'room':
        put(this.rooms, event.data);
        break;
      case 'ticket':
        put(this.tickets, event.data);
        break;
      case 'counsellor':
        put(this.counsellors, event.data);
        break;
    }
    if (this.size >= WAITING_MAX) this.flush();
    else this.cancel ??= this.schedule(() => this.flush());
  }

  /** How many rows are to be changed. */
  get size(): number {
    return this.rooms.size + this.tickets.size + this.counsellors.size;
  }

  /** Forgets what was gathered: a snapshot says it all. */
  clear(): void {
    this.cancel?.();
    this.cancel = null;
    this.rooms = new Map();
    this.tickets = new Map();
    this.counsellors = new Map();
  }

  private flush(): void {
    const { rooms, tickets, counsellors } = this;
    this.clear();
    this.apply({ rooms, tickets, counsellors });
  }
}

function put<Item>(rows: Map<string, Item | null>, change: { op: 'put'; id: string; item: Item } | { op: 'drop'; id: string }): void {
  // The newest change stands last, as it came.
  rows.delete(change.id);
  rows.set(change.id, change.op === 'put' ? change.item : null);
}

/** A page out of sight has no frames; there a timer does. */
const UNSEEN_MS = 500;

function onFrame(run: () => void): Cancel {
  const once = () => {
    stop();
    run();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, UNSEEN_MS);
  const stop = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  return stop;
}
