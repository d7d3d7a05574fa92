import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';

import { call, withQuery } from '../../../lib/api';
import type { Stats } from '../../../lib/api.gen';
import { serverNow } from '../../../lib/moment';
import type { Feed } from './feed';
import { places } from './places';
import type { LiveRoom, LiveTicket, Taker } from './state';
import { sameTotals, totalsOf, type Totals } from './totals';
import { Trend } from './trend';
import { Supervision, type SupervisionWorld } from './watch/supervision';
import {
  counsellorIds,
  everything,
  roomIds,
  sameOrder,
  sameTakers,
  takersOf,
  ticketIds,
  type COUNSELLOR_SORTS,
  type Query,
  type ROOM_SORTS,
  type Sort,
  type TICKET_SORTS,
} from './select';

export const PANES = ['tickets', 'rooms', 'counsellors'] as const;
export type Pane = (typeof PANES)[number];

/** What the manager is about to do, to what. */
export type Act = { kind: 'END' | 'MOVE'; room: LiveRoom } | { kind: 'LINE'; ticket: LiveTicket };

const HOUR_MS = 3_600_000;

type Order = ReadonlySignal<readonly string[]>;

/** What the live screen shows of the feed: how it is narrowed and in which order. It outlives a look elsewhere. */
export class Screen {
  readonly query = signal<Query>(everything);
  readonly roomSort = signal<Sort<(typeof ROOM_SORTS)[number]>>({ by: 'running', down: false });
  readonly ticketSort = signal<Sort<(typeof TICKET_SORTS)[number]>>({ by: 'waited', down: false });
  readonly counsellorSort = signal<Sort<(typeof COUNSELLOR_SORTS)[number]>>({ by: 'present', down: false });
  /** The pane on a screen with room for one. */
  readonly pane: Signal<Pane> = signal('tickets');
  /** How the lines did in the last half hour. */
  readonly trend = new Trend();
  /** The room that is looked into. */
  readonly supervision: Supervision;
  /** What came of the last act, in words. */
  readonly told = signal<(() => string) | null>(null);

  readonly rooms: Order;
  readonly tickets: Order;
  readonly counsellors: Order;
  /** Who can be narrowed to, by name. */
  readonly takers: ReadonlySignal<readonly Taker[]>;
  /** The office at a glance; the same while its figures are. */
  readonly totals: ReadonlySignal<Totals>;
  /** How many are served before each ticket. */
  readonly places: ReadonlySignal<ReadonlyMap<string, number>>;

  /** Seconds within which somebody is matched in time, as the server counts; null until it has said. */
  readonly target_s = signal<number | null>(null);

  constructor(readonly feed: Feed, world: SupervisionWorld = {}) {
    this.supervision = new Supervision(world);
    const { state } = feed;
    void this.aim();
    // One table each, so that a change of a room does not sort the tickets.
    const rooms = computed(() => state.value.rooms);
    const tickets = computed(() => state.value.tickets);
    const counsellors = computed(() => state.value.counsellors);
    const served = computed(() => counsellors.value.get(this.query.value.counsellor)?.lines ?? []);
    this.rooms = settled(() => roomIds(rooms.value, this.query.value, this.roomSort.value), sameOrder);
    this.tickets = settled(() => ticketIds(tickets.value, this.query.value, served.value, this.ticketSort.value), sameOrder);
    this.counsellors = settled(() => counsellorIds(counsellors.value, this.query.value, this.counsellorSort.value), sameOrder);
    this.takers = settled(() => takersOf(counsellors.value), sameTakers);
    this.totals = settled(() => totalsOf(state.value), sameTotals);
    this.places = computed(() => places(tickets.value));
  }

  get isNarrowed(): boolean {
    const { text, line, counsellor } = this.query.value;
    return text.trim() !== '' || line !== '' || counsellor !== '';
  }

  narrow(more: Partial<Query>): void {
    this.query.value = { ...this.query.peek(), ...more };
  }

  widen(): void {
    this.query.value = everything;
  }

  /** Without the target nobody is late, and the share matched in time is not counted. */
  private async aim(): Promise<void> {
    try {
      const from = new Date(serverNow() - HOUR_MS).toISOString();
      const { target_s } = await call<Stats>('GET', withQuery('/stats', { from, by: 'all' }));
      this.target_s.value = target_s;
    } catch {
      // The lists are worth having without it, and the connection says that the server cannot be reached.
    }
  }
}

/** What `read` comes to, and the same thing as before while it shows the same: who reads it is then not disturbed. */
function settled<Value>(read: () => Value, isSame: (a: Value, b: Value) => boolean): ReadonlySignal<Value> {
  let last: Value | undefined;
  return computed(() => {
    const next = read();
    if (last === undefined || !isSame(last, next)) last = next;
    return last;
  });
}
