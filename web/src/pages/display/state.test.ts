import { expect, test } from 'vitest';

import type { Called } from '../../lib/office-feed';
import { CALLS_MAX, keyOf, NEWS_MS, reduce, start, topicsOf, type WallState } from './state';

const NOW = Date.parse('2026-11-21T03:00:00Z');

function call(number: string, ago_ms: number, line = 'GENERAL'): Called {
  return { number, line, line_name: '일반', desk: null, at: new Date(NOW - ago_ms).toISOString() };
}

const hear = (state: WallState, ...calls: Called[]) =>
  calls.reduce((before, called) => reduce(before, { type: 'called', called, now: NOW }), state);
const numbers = ({ calls }: WallState) => calls.map(({ number }) => number);

test('the newest call stands first, whatever order they are heard in', () => {
  expect(numbers(hear(start(null), call('A-1', 3_000), call('A-3', 1_000), call('A-2', 2_000)))).toEqual([
    'A-3',
    'A-2',
    'A-1',
  ]);
});

test('a wall that reconnects shows nothing twice and rings for nothing old', () => {
  const first = hear(start(null), call('A-1', NEWS_MS));
  expect(first.news).toBeNull();
  const again = hear(first, call('A-1', NEWS_MS));
  expect(again).toBe(first);
});

test('a call is news once, and not when a newer one is known', () => {
  const news = call('A-2', 1_000);
  const state = hear(start(null), news, call('A-1', 2_000));
  expect(state.news).toBe(keyOf(news));
  expect(reduce(state, { type: 'old', news: keyOf(news) }).news).toBeNull();
  expect(reduce(state, { type: 'old', news: 'another' })).toBe(state);
});

test('a number called again after a transfer is a new call', () => {
  expect(numbers(hear(start(null), call('A-1', 9_000), call('A-1', 1_000)))).toEqual(['A-1', 'A-1']);
});

test('a day of calls takes no more room than a few', () => {
  const day = Array.from({ length: 2_000 }, (_, index) => call(`A-${index}`, 2_000_000 - index * 1_000));
  const state = hear(start(null), ...day);
  expect(state.calls).toHaveLength(CALLS_MAX);
  expect(state.calls[0]!.number).toBe('A-1999');
});

test('a wall shows the lines it was told to, in any spelling', () => {
  const state = hear(start(topicsOf('?lines=general,%20FINANCE,')), call('A-1', 1), call('B-1', 2, 'HEALTH'));
  expect(numbers(state)).toEqual(['A-1']);
  expect(topicsOf('?lines=')).toBeNull();
  expect(topicsOf('')).toBeNull();
});
