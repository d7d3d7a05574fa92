import { expect, test } from 'vitest';

import { FakeTimers } from '../../testing/fakes';
import { counsellorsInOrder, empty, reduce, ticketsInOrder, type LiveCounsellor, type LiveTicket } from './live';
import { Stream } from './stream';

function ticket(id: string, ahead: number): LiveTicket {
  const requested_at = '2026-01-01T00:00:00.000Z';
  return {
    ticket: id,
    number: id,
    line: 'GENERAL',
    language: 'ko',
    nickname: null,
    desk: null,
    requested_at,
    ahead,
    here: true,
    stage: 'WAITING',
  };
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
    data: { rooms: [], tickets: [ticket('b', 1), ticket('a', 0)], counsellors: [] },
  });
  expect(state.connection).toBe('OPEN');
  expect(ticketsInOrder(state).map(({ number }) => number)).toEqual(['a', 'b']);
  state = reduce(state, { type: 'ticket', data: { op: 'drop', id: 'a' } });
  state = reduce(state, { type: 'ticket', data: { op: 'put', id: 'b', item: ticket('b', 0) } });
  expect(ticketsInOrder(state)).toMatchObject([{ ticket: 'b', ahead: 0 }]);
  state = reduce(state, { type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
  expect(state.tickets.size).toBe(0);
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
  sources[0]!.says('snapshot', { rooms: [], tickets: [ticket('a', 0)], counsellors: [] });
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
