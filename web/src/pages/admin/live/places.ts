import type { LiveTicket } from './state';

/** How much earlier than it came a ticket stands for each step of its priority (R2). */
const PRIORITY_BONUS_MS = 300_000;

type Tickets = ReadonlyMap<string, LiveTicket>;

/** Whoever waits for the same line in the same language waits in one queue. */
const queueOf = ({ line, language }: Pick<LiveTicket, 'line' | 'language'>) => `${line} ${language}`;

/** The moment a ticket stands for in its line. */
export const standsFor = ({ requested_at, priority }: LiveTicket): number =>
  Date.parse(requested_at) - priority * PRIORITY_BONUS_MS;

function byPlace(a: LiveTicket, b: LiveTicket): number {
  return standsFor(a) - standsFor(b) || (a.ticket < b.ticket ? -1 : 1);
}

/**
 * How many of its line are served before each ticket (R2). As for the visitor, only those who still wait are ahead of
 * anybody: one who is offered or being paired has left the line unless it falls through.
 */
export function places(tickets: Tickets): ReadonlyMap<string, number> {
  const waiting = new Map<string, number>();
  const found = new Map<string, number>();
  for (const ticket of [...tickets.values()].toSorted(byPlace)) {
    const queue = queueOf(ticket);
    const ahead = waiting.get(queue) ?? 0;
    found.set(ticket.ticket, ahead);
    if (ticket.stage === 'WAITING') waiting.set(queue, ahead + 1);
  }
  return found;
}

/** How many would be served before a ticket if it stood in another line, at its own moment. */
export function aheadIn(tickets: Tickets, ticket: LiveTicket, line: string): number {
  const there = queueOf({ line, language: ticket.language });
  return [...tickets.values()].filter(
    (other) =>
      other.ticket !== ticket.ticket &&
      other.stage === 'WAITING' &&
      queueOf(other) === there &&
      byPlace(other, ticket) < 0,
  ).length;
}
