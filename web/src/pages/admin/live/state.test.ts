import { expect, test } from 'vitest';

import { FakeTimers } from '../../../testing/fakes';
import { counsellorsInOrder, empty, reduce, ticketsInOrder, type LiveCounsellor, type LiveTicket } from './state';
import { Stream } from './stream';

function ticket(id: string, unlike: Partial<LiveTicket> = {}): LiveTicket {
  return {
    ticket: id,
    number: id,
    line: 'GENERAL',
    language: 'ko',
    nickname: null,
    desk: null,
    requested_at: '2026-01-01T09:00:00.000Z',
    priority: 0,
    here: true,
    stage: 'WAITING',
    ...unlike,
  };
}

function places(...tickets: LiveTicket[]): Array<[string, number]> {
  const state = reduce(empty, { type: 'snapshot', data: { rooms: [], tickets, counsellors: [] } });
  return ticketsInOrder(state).map(({ ticket, ahead }) => [ticket, ahead]);
}

function counsellor(account: string, connected: boolean): LiveCounsellor {
  return {
    account,
    name: account,
    connected,
    intent: 'OPEN',
    reason: null,
    activity: 'IDLE',
    capacity: 1,
    held: 0,
    lines: [],
  };
}

test('a snapshot replaces everything, and changes put and drop rows', () => {
  let state = reduce(empty, {
    type: 'snapshot',
    data: { rooms: [], tickets: [ticket('b'), ticket('a')], counsellors: [] },
  });
  expect(state.connection).toBe('OPEN');
  expect(ticketsInOrder(state).map(({ number }) => number)).toEqual(['a', 'b']);
  state = reduce(state, { type: 'ticket', data: { op: 'drop', id: 'a' } });
  state = reduce(state, { type: 'ticket', data: { op: 'put', id: 'b', item: ticket('b', { here: false }) } });
  expect(ticketsInOrder(state)).toMatchObject([{ ticket: 'b', ahead: 0, here: false }]);
  state = reduce(state, { type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
  expect(state.tickets.size).toBe(0);
});

test('R2: in a line tickets stand by their moment less the bonus of their priority, then by id', () => {
  expect(
    places(
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
  expect(
    places(ticket('a', { line: 'WELFARE' }), ticket('b', { language: 'en' }), ticket('c'), ticket('d')),
  ).toEqual([
    ['b', 0],
    ['c', 0],
    ['d', 1],
    ['a', 0],
  ]);
});

test('who is offered or being paired is ahead of nobody, and who is away still is', () => {
  expect(
    places(ticket('a', { stage: 'OFFERED' }), ticket('b', { stage: 'PAIRING' }), ticket('c', { here: false }), ticket('d')),
  ).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
    ['d', 1],
  ]);
});

test('counsellors who are there come first', () => {
  const data = { rooms: [], tickets: [], counsellors: [counsellor('a', false), counsellor('b', true)] };
  const state = reduce(empty, { type: 'snapshot', data });
  expect(counsellorsInOrder(state).map(({ account }) => account)).toEqual(['b', 'a']);
});

class FakeSource {
  readyState = 0;
  onerror: (() => void) | null = null;
  private readonly listeners = new Map<string, (event: { data: string }) => void>();

  addEventListener(type: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(type, listener);
  }

  says(type: string, data: unknown): void {
    this.listeners.get(type)?.({ data: JSON.stringify(data) });
  }

  fails(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }

  close(): void {
    this.readyState = 2;
  }
}

function stream() {
  const sources: FakeSource[] = [];
  const timers = new FakeTimers();
  let state = empty;
  let refusals = 0;
  const it = new Stream({
    dispatch: (action) => (state = reduce(state, action)),
    refused: () => (refusals += 1),
    timers,
    connect: () => {
      const source = new FakeSource();
      sources.push(source);
      return source as unknown as EventSource;
    },
  });
  it.start();
  return { it, sources, timers, state: () => state, refusals: () => refusals };
}

test('a dropped stream is said calmly and left to the browser', () => {
  const { sources, state, timers } = stream();
  sources[0]!.says('snapshot', { rooms: [], tickets: [ticket('a')], counsellors: [] });
  sources[0]!.fails(0);
  expect(state().connection).toBe('RETRYING');
  expect(state().tickets.size).toBe(1);
  timers.advance(60_000);
  expect(sources).toHaveLength(1);
});

test('a refused stream asks who is logged in and is tried anew', () => {
  const { it, sources, timers, refusals } = stream();
  sources[0]!.fails(2);
  expect(refusals()).toBe(1);
  timers.advance(1_000);
  expect(sources).toHaveLength(2);
  it.stop();
  expect(timers.pending).toBe(0);
});
