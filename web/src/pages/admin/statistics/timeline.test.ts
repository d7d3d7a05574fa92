import { expect, test } from 'vitest';

import type { StatView } from '../../../lib/api.gen';
import { fromQuery, isApart } from './statistics';
import { timeline } from './timeline';

const figures = (at: string | null, requested: number, line_id?: string) => ({ at, requested, ...(line_id && { line_id }) }) as StatView;

test('days nobody asked in are there, empty, in the days of the office', () => {
  const { moments, parts } = timeline([figures('2026-11-20T15:00:00.000Z', 5), figures('2026-11-17T15:00:00.000Z', 10)], 'day');
  expect(moments).toEqual([
    '2026-11-17T15:00:00.000Z',
    '2026-11-18T15:00:00.000Z',
    '2026-11-19T15:00:00.000Z',
    '2026-11-20T15:00:00.000Z',
  ]);
  expect(parts).toHaveLength(1);
  expect(parts[0]!.figures.map((item) => item?.requested ?? null)).toEqual([10, null, null, 5]);
});

test('hours are filled too, however the server writes its moments', () => {
  const { moments } = timeline([figures('2026-11-20T15:00:00Z', 5), figures('2026-11-20T18:00:00Z', 1)], 'hour');
  expect(moments).toEqual(['2026-11-20T15:00:00Z', '2026-11-20T16:00:00Z', '2026-11-20T17:00:00Z', '2026-11-20T18:00:00Z']);
});

test('lines stand by how much was asked of them, all over the same moments', () => {
  const items = [
    figures('2026-11-20T15:00:00Z', 1, 'a'),
    figures('2026-11-20T15:00:00Z', 9, 'b'),
    figures('2026-11-21T15:00:00Z', 2, 'a'),
  ];
  const { parts } = timeline(items, 'day');
  expect(parts.map(({ line, requested }) => [line, requested])).toEqual([
    ['b', 9],
    ['a', 3],
  ]);
  expect(parts[0]!.figures[1]).toBeNull();
});

test('figures without a moment are not plotted', () => {
  expect(timeline([figures(null, 3)], 'day')).toEqual({ moments: [], parts: [] });
});

test('lines are counted apart only over time', () => {
  expect(isApart(fromQuery({ apart: 'yes' }))).toBe(true);
  expect(isApart(fromQuery({ apart: 'yes', by: 'line' }))).toBe(false);
  expect(isApart(fromQuery({}))).toBe(false);
});
