import { expect, test, vi } from 'vitest';

import type { LineTrend } from '../../../lib/api.gen';
import { FakeTimers } from '../../../testing/fakes';
import { ASK_MS, loadOf, POINTS, shareAt, together, Trend, type Point } from './trend';

const BEGIN = Date.parse('2026-01-01T09:00:00.000Z');

const line = (minute: number, waiting: number[], more: Partial<LineTrend> = {}): LineTrend => {
  const none = waiting.map(() => 0);
  const from = new Date(BEGIN + minute * 60_000).toISOString();
  return { from, step_s: 60, waiting, held: none, capacity: none, talking: none, matched: none, within_target: none, missed: none, ...more };
};
const nothing: LineTrend = { ...line(0, []), from: null };

test('lines are added up minute by minute, and of minutes nobody knows nothing is said', () => {
  const points = together([line(0, [1, 2, 3]), line(1, [10, 20]), nothing], BEGIN);
  expect(points).toHaveLength(POINTS);
  expect(points.slice(-4).map(({ waiting }) => waiting)).toEqual([null, 1, 12, 23]);
  expect(points.at(-1)!.at).toBe(BEGIN + 2 * 60_000);
});

test('before the server has said anything the half hour is there and empty', () => {
  const points = together([], BEGIN + 30_500);
  expect(points).toHaveLength(POINTS);
  expect(points.at(-1)!.at).toBe(BEGIN);
  expect(points.every(({ waiting }) => waiting === null)).toBe(true);
});

test('who left and which places were taken is added up too', () => {
  const more = { held: [0.5], capacity: [1.5], matched: [3], within_target: [2], missed: [1] };
  const last = together([line(0, [0], more), line(0, [0], more)], BEGIN).at(-1)!;
  expect(last).toEqual({ at: BEGIN, waiting: 0, held: 1, capacity: 3, matched: 6, within: 4, missed: 2 });
  expect(loadOf(last)).toBeCloseTo(1 / 3);
});

test('shares and loads are taken of what is known', () => {
  const point: Point = { at: 0, waiting: 0, held: 0, capacity: 0, matched: 0, within: 0, missed: 0 };
  expect(shareAt([point], 0)).toBeNull();
  expect(shareAt([{ ...point, matched: 3, within: 2 }, { ...point, missed: 1 }], 1)).toBe(0.5);
  expect(shareAt([{ ...point, missed: 9 }, point, point, point, point, { ...point, matched: 1, within: 1 }], 5)).toBe(1);
  expect(loadOf(point)).toBeNull();
  expect(loadOf({ ...point, waiting: null, held: 3, capacity: 4 })).toBeNull();
});

test('it asks again and again, keeps what it has when it cannot, and stops when nobody looks', async () => {
  const timers = new FakeTimers();
  const answers = [[{ id: 'a', trend: line(0, [4]) }], new Error('gone'), [{ id: 'a', trend: line(1, [5]) }]];
  const read = vi.fn(async () => {
    const answer = answers.shift();
    if (!Array.isArray(answer)) throw answer;
    return answer;
  });
  const trend = new Trend({ read, timers });
  const last = () => trend.points.value.at(-1)!.waiting;
  trend.start();
  await vi.waitFor(() => expect(last()).toBe(4));
  timers.advance(ASK_MS);
  await vi.waitFor(() => expect(timers.pending).toBe(1));
  expect(last()).toBe(4);
  timers.advance(ASK_MS);
  await vi.waitFor(() => expect(last()).toBe(5));
  trend.stop();
  expect(timers.pending).toBe(0);
  expect(read).toHaveBeenCalledTimes(3);
});

test('an answer that comes when nobody looks any longer is forgotten', async () => {
  const timers = new FakeTimers();
  let answer: (lines: Array<{ id: string; trend: LineTrend }>) => void = () => undefined;
  const trend = new Trend({ read: () => new Promise((resolve) => (answer = resolve)), timers });
  trend.start();
  trend.stop();
  answer([{ id: 'a', trend: line(0, [4]) }]);
  await Promise.resolve();
  expect(trend.points.value.at(-1)!.waiting).toBeNull();
  expect(timers.pending).toBe(0);
});
