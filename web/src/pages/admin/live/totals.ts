import type { LiveState } from './state';

/** The office at a glance. */
export interface Totals {
  waiting: number;
  /** Since when whoever waits longest has; null when nobody does. */
  oldest: string | null;
  talking: number;
  /** Counsellors: connected; of those: open; of those: with a place free. */
  present: number;
  open: number;
  free: number;
  /** Rooms held, and how many could be, by those who are there. */
  held: number;
  capacity: number;
}

export function totalsOf({ rooms, tickets, counsellors }: LiveState): Totals {
  let oldest: string | null = null;
  for (const { requested_at } of tickets.values()) if (oldest === null || requested_at < oldest) oldest = requested_at;
  const totals = { present: 0, open: 0, free: 0, held: 0, capacity: 0 };
  for (const one of counsellors.values()) {
    if (!one.connected) continue;
    const isOpen = one.intent === 'OPEN';
    const capacity = isOpen ? Math.max(one.capacity, one.held) : one.held;
    totals.present += 1;
    totals.held += one.held;
    totals.capacity += capacity;
    if (isOpen) totals.open += 1;
    if (isOpen && one.held < one.capacity && one.activity !== 'WRAP_UP') totals.free += 1;
  }
  return { waiting: tickets.size, oldest, talking: [...rooms.values()].filter(({ kind }) => kind !== 'GROUP').length, ...totals };
}

/** Whether two glances show the same. */
export const sameTotals = (a: Totals, b: Totals) => (Object.keys(a) as Array<keyof Totals>).every((name) => a[name] === b[name]);
