import { expect, test } from 'vitest';

import { across, curve, down, highest, labelled, marks, nearest, secondMarks, stretches, under } from './plot';

const frame = { left: 10, top: 0, width: 100, height: 50 };

test('the marks of a scale are easy to read and reach above the highest', () => {
  expect(marks(0, 3)).toEqual([0, 1]);
  expect(marks(3, 3)).toEqual([0, 1, 2, 3]);
  expect(marks(10, 4)).toEqual([0, 5, 10]);
  expect(marks(97, 4)).toEqual([0, 25, 50, 75, 100]);
  expect(marks(1, 4, false)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(secondMarks(100, 4)).toEqual([0, 30, 60, 90, 120]);
  expect(secondMarks(0, 4)).toEqual([0, 1]);
  expect(secondMarks(3_000, 3).at(-1)).toBe(3_600);
  expect(secondMarks(86_400 * 9, 3).at(-1)).toBe(86_400 * 9);
});

test('a moment stands in the middle of its strip, and is found again from any place in it', () => {
  expect(across(frame, 10, 0)).toBe(15);
  expect(nearest(frame, 10, 10.1)).toBe(0);
  expect(nearest(frame, 10, 19.9)).toBe(0);
  expect(nearest(frame, 10, 55)).toBe(4);
  expect(nearest(frame, 10, -5)).toBe(0);
  expect(nearest(frame, 10, 500)).toBe(9);
});

test('values stand between the floor and the ceiling, whatever they are', () => {
  expect(down(frame, 10, 0)).toBe(50);
  expect(down(frame, 10, 5)).toBe(25);
  expect(down(frame, 10, 99)).toBe(0);
  expect(down(frame, 0, 1)).toBe(0);
});

test('a curve breaks where nothing is known, and a moment alone is a dot', () => {
  expect(stretches([null, 1, 2, null, 3])).toEqual([
    [1, 2],
    [4, 4],
  ]);
  expect(stretches([])).toEqual([]);
  expect(curve([0, 10, null, 5], frame, 10)).toBe('M22.5 50.0L47.5 0.0M97.5 25.0h0');
  expect(under([10, 10], frame, 10)).toBe('M35.0 50.0L35.0 0.0L85.0 0.0L85.0 50.0Z');
  expect(curve([null, null], frame, 10)).toBe('');
});

test('the highest of all curves is found, and labels are not crowded', () => {
  const line = (values: Array<number | null>) => ({ name: '', values, as: 'line' as const, look: 1 });
  expect(highest([line([1, null]), line([7, 2])])).toBe(7);
  expect(highest([])).toBe(0);
  expect(labelled(168, 8)).toBe(21);
  expect(labelled(3, 8)).toBe(1);
});
