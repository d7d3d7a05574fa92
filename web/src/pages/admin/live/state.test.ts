import { expect, test } from 'vitest';

import { counsellor, room, ticket } from '../../../testing/live';
import { Gathering, type Changes } from './changes';
import { Feed } from './feed';
import { aheadIn, places } from './places';
import { empty, reduce, type LiveTicket } from './state';
import { totalsOf } from './totals';

const changes = (more: Partial<Changes>): Changes => ({ rooms: new Map(), tickets: new Map(), counsellors: new Map(), ...more });

test('a snapshot replaces everything, and changes put and drop rows', () => {
  let state = reduce(empty, { type: 'snapshot', data: { rooms: [room('r')], tickets: [ticket('b'), ticket('a')], counsellors: [] } });
  expect(state.connection).toBe('OPEN');
  const { rooms } = state;
  const tickets = new Map<string, LiveTicket | null>([
    ['a', null],
    ['b', ticket('b', { here: false })],
    ['c', ticket('c')],
  ]);
  state = reduce(state, { type: 'changes', changes: changes({ tickets }) });
  expect([...state.tickets.keys()]).toEqual(['b', 'c']);
  expect(state.tickets.get('b')?.here).toBe(false);
  // What did not change is the same object: nothing that shows it is drawn anew.
  expect(state.rooms).toBe(rooms);
  state = reduce(state, { type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
  expect(state.tickets.size).toBe(0);
});

function frames() {
  let due: (() => void) | null = null;
  const schedule = (run: () => void) => {
    due = run;
    return () => (due = null);
  };
  return { schedule, next: () => due?.(), isDue: () => due !== null };
}

test('a burst is applied once, in its frame, and of a row the last change counts', () => {
  const { schedule, next, isDue } = frames();
  const applied: Changes[] = [];
  const gathering = new Gathering((change) => applied.push(change), schedule);
  gathering.add({ type: 'room', data: { op: 'put', id: 'r', item: room('r') } });
  gathering.add({ type: 'room', data: { op: 'put', id: 'r', item: room('r', { last_seq: 9 }) } });
  gathering.add({ type: 'ticket', data: { op: 'drop', id: 't' } });
  expect(applied).toHaveLength(0);
  next();
  expect(applied).toHaveLength(1);
  expect(applied[0]!.rooms.get('r')?.last_seq).toBe(9);
  expect(applied[0]!.tickets.get('t')).toBeNull();
  expect(isDue()).toBe(false);
});

test('a page without frames hoards no changes', () => {
  const { schedule } = frames();
  let applied = 0;
  const gathering = new Gathering(() => (applied += 1), schedule);
  for (let index = 0; index < 20_000; index += 1) {
    gathering.add({ type: 'room', data: { op: 'drop', id: `r${index}` } });
    expect(gathering.size).toBeLessThan(5_000);
  }
  expect(applied).toBe(4);
});

test('a snapshot makes what was gathered before it void', () => {
  const { schedule, next } = frames();
  const feed = new Feed({ schedule });
  feed.take({ type: 'snapshot', data: { rooms: [room('a')], tickets: [], counsellors: [] } });
  feed.take({ type: 'room', data: { op: 'drop', id: 'a' } });
  feed.take({ type: 'snapshot', data: { rooms: [room('a')], tickets: [], counsellors: [] } });
  next();
  expect(feed.state.value.rooms.size).toBe(1);
});

test('what is kept is bounded, however much is said', () => {
  const { schedule, next } = frames();
  const feed = new Feed({ schedule });
  feed.take({ type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
  for (let index = 0; index < 100_000; index += 1) {
    const id = `t${index}`;
    feed.take({ type: 'ticket', data: { op: 'put', id, item: ticket(id) } });
    if (index >= 100) feed.take({ type: 'ticket', data: { op: 'drop', id: `t${index - 100}` } });
    if (index % 50 === 0) next();
  }
  next();
  expect(feed.state.value.tickets.size).toBe(100);
  expect(feed.waiting).toBe(0);
});

function placesOf(...tickets: LiveTicket[]): Array<[string, number]> {
  const { tickets: kept } = reduce(empty, { type: 'snapshot', data: { rooms: [], tickets, counsellors: [] } });
  return [...places(kept)];
}

test('R2: in a line tickets stand by their moment less the bonus of their priority, then by id', () => {
  expect(
    placesOf(
      ticket('d', { requested_at: '2026-01-01T09:05:01.000Z', priority: 1 }),
      ticket('c', { requested_at: '2026-01-01T09:05:00.000Z', priority: 1 }),
      ticket('b'),
      ticket('a', { requested_at: '2026-01-01T09:00:00.500Z' }),
      ticket('e', { requested_at: '2026-01-01T09:09:59.000Z', priority: 2 }),
    ),
  ).toEqual([
    ['e', 0],
    ['b', 1],
    ['c', 2],
    ['a', 3],
    ['d', 4],
  ]);
});

test('each line of each language counts for itself', () => {
  const found = new Map(placesOf(ticket('a', { line: 'WELFARE' }), ticket('b', { language: 'en' }), ticket('c'), ticket('d')));
  expect(Object.fromEntries(found)).toEqual({ a: 0, b: 0, c: 0, d: 1 });
});

test('who is offered or being paired is ahead of nobody, and who is away still is', () => {
  const found = placesOf(ticket('a', { stage: 'OFFERED' }), ticket('b', { stage: 'PAIRING' }), ticket('c', { here: false }), ticket('d'));
  expect(Object.fromEntries(found)).toEqual({ a: 0, b: 0, c: 0, d: 1 });
});

test('in another line a ticket would stand by its own moment', () => {
  const at = (minute: string) => `2026-01-01T09:${minute}:00.000Z`;
  const mine = ticket('m', { requested_at: at('05') });
  const others = [
    ticket('a', { line: 'TAX', requested_at: at('01') }),
    ticket('b', { line: 'TAX', requested_at: at('09') }),
    ticket('c', { line: 'TAX', requested_at: at('02'), language: 'en' }),
    ticket('d', { line: 'TAX', requested_at: at('03'), stage: 'OFFERED' }),
  ];
  const { tickets } = reduce(empty, { type: 'snapshot', data: { rooms: [], tickets: [mine, ...others], counsellors: [] } });
  expect(aheadIn(tickets, mine, 'TAX')).toBe(1);
  expect(aheadIn(tickets, mine, 'WELFARE')).toBe(0);
});

test('the totals count places of those who are there and open', () => {
  const state = reduce(empty, {
    type: 'snapshot',
    data: {
      rooms: [room('r')],
      tickets: [ticket('a'), ticket('b', { requested_at: '2026-01-01T08:59:00.000Z' })],
      counsellors: [
        counsellor('free', { capacity: 3, held: 1 }),
        counsellor('full', { capacity: 1, held: 1, activity: 'TALKING' }),
        counsellor('paused', { capacity: 3, held: 2, intent: 'PAUSED' }),
        counsellor('gone', { capacity: 3, held: 1, connected: false }),
        counsellor('tidying', { capacity: 2, activity: 'WRAP_UP' }),
      ],
    },
  });
  expect(totalsOf(state)).toEqual({
    waiting: 2,
    oldest: '2026-01-01T08:59:00.000Z',
    talking: 1,
    present: 4,
    open: 3,
    free: 1,
    held: 4,
    capacity: 8,
  });
});
