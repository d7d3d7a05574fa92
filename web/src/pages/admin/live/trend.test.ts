import { expect, test } from 'vitest';

import { counsellor, room, ticket } from '../../../testing/live';
import { Feed } from './feed';
import type { LiveRoom, LiveTicket } from './state';
import { loadOf, POINTS, shareAt, STEP_MS } from './trend';

const BEGIN = Date.parse('2026-01-01T09:00:00.000Z');
const iso = (second: number) => new Date(BEGIN + second * 1000).toISOString();

/** An office whose clock is moved by hand, and whose frames come at once. */
function office() {
  let now = BEGIN;
  let due: (() => void) | null = null;
  const schedule = (run: () => void) => {
    due = run;
    return () => (due = null);
  };
  const feed = new Feed({ schedule, now: () => now });
  feed.trend.target_s = 60;
  const at = (second: number) => {
    now = BEGIN + second * 1000;
    feed.tick();
  };
  const put = (item: LiveRoom | LiveTicket) => {
    if ('room' in item) feed.take({ type: 'room', data: { op: 'put', id: item.room, item } });
    else feed.take({ type: 'ticket', data: { op: 'put', id: item.ticket, item } });
  };
  const drop = (type: 'room' | 'ticket', id: string) => feed.take({ type, data: { op: 'drop', id } });
  const sums = () =>
    feed.trend.points(now).reduce(
      (sum, { matched, within, left }) => ({ matched: sum.matched + matched, within: sum.within + within, left: sum.left + left }),
      { matched: 0, within: 0, left: 0 },
    );
  feed.take({ type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [counsellor('c', { capacity: 4, held: 1 })] } });
  return { feed, at, put, drop, frame: () => due?.(), sums, points: () => feed.trend.points(now) };
}

test('whoever leaves the line and has a room was matched, in time or not', () => {
  const { put, drop, frame, at, sums } = office();
  put(ticket('a', { requested_at: iso(0) }));
  put(ticket('b', { requested_at: iso(0) }));
  frame();
  put(room('ra', { consultation: 'a', opened_at: iso(50) }));
  drop('ticket', 'a');
  frame();
  drop('ticket', 'b');
  frame();
  expect(sums().left).toBe(0);
  at(70);
  expect(sums()).toEqual({ matched: 1, within: 1, left: 1 });
});

test('a room told within a few seconds is still the ticket’s', () => {
  const { put, drop, frame, at, sums } = office();
  put(ticket('a', { requested_at: iso(-100) }));
  frame();
  drop('ticket', 'a');
  frame();
  at(2);
  put(room('r', { consultation: 'a', opened_at: iso(1) }));
  frame();
  at(60);
  expect(sums()).toEqual({ matched: 1, within: 0, left: 0 });
});

test('one who never was seen waiting was matched at once', () => {
  const { put, frame, sums } = office();
  put(room('r', { consultation: 'a', opened_at: iso(0) }));
  frame();
  expect(sums()).toEqual({ matched: 1, within: 1, left: 0 });
});

test('a transfer is no second match, whichever of the two rooms is told first', () => {
  const { put, drop, frame, at, sums } = office();
  put(room('r1', { consultation: 'a' }));
  put(room('r2', { consultation: 'b' }));
  frame();
  const { matched } = sums();
  drop('room', 'r1');
  put(room('r3', { consultation: 'a' }));
  put(room('r4', { consultation: 'b' }));
  frame();
  drop('room', 'r2');
  frame();
  at(60);
  expect(sums()).toEqual({ matched, within: matched, left: 0 });
});

test('one who comes back to the line has not left it', () => {
  const { put, drop, frame, at, sums } = office();
  put(ticket('a'));
  frame();
  drop('ticket', 'a');
  frame();
  put(ticket('a'));
  frame();
  at(60);
  expect(sums()).toEqual({ matched: 0, within: 0, left: 0 });
});

test('while the stream is open and silent all stands as it was, and while it is cut nothing is known', () => {
  const { feed, put, frame, at, points } = office();
  put(ticket('a'));
  frame();
  at(65);
  expect(points().slice(-7).map(({ waiting }) => waiting)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  feed.connection('RETRYING');
  at(95);
  at(100);
  expect(points().slice(-5).map(({ waiting }) => waiting)).toEqual([1, null, null, null, null]);
  feed.take({ type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
  expect(points().at(-1)!.waiting).toBe(0);
  expect(points().at(-2)!.waiting).toBeNull();
});

test('ten seconds that have just begun are known before anybody has ticked', () => {
  const { feed, put, frame } = office();
  put(ticket('a'));
  frame();
  expect(feed.trend.points(BEGIN + STEP_MS).slice(-2).map(({ waiting }) => waiting)).toEqual([1, 1]);
});

test('half an hour is kept and no more', () => {
  const { feed, at, points } = office();
  for (let second = 0; second < 7_200; second += 10) at(second);
  expect(points()).toHaveLength(POINTS);
  expect(points().every(({ waiting }) => waiting === 0)).toBe(true);
  expect(feed.trend.size).toBe(POINTS);
  expect(points().at(-1)!.at - points()[0]!.at).toBe((POINTS - 1) * STEP_MS);
});

test('shares and loads are taken of what is known', () => {
  const point = { at: 0, waiting: 0, held: 0, capacity: 0, matched: 0, within: 0, left: 0 };
  expect(shareAt([point], 0)).toBeNull();
  expect(shareAt([{ ...point, matched: 3, within: 2 }, { ...point, left: 1 }], 1)).toBe(0.5);
  expect(loadOf(point)).toBeNull();
  expect(loadOf({ ...point, held: 3, capacity: 4 })).toBe(0.75);
  expect(loadOf({ ...point, waiting: null, held: 3, capacity: 4 })).toBeNull();
});
