import { expect, test } from 'vitest';

import { led, OVER, shownAt, spanOf } from './span';

test('only rows near the screen are drawn, however many there are', () => {
  expect(spanOf(10_000, 40, 0, 400)).toEqual({ first: 0, end: 10 + OVER });
  expect(spanOf(10_000, 40, 40_000, 400)).toEqual({ first: 1_000 - OVER, end: 1_010 + OVER });
  expect(spanOf(10_000, 40, 399_600, 400)).toEqual({ first: 9_990 - OVER, end: 10_000 });
  expect(spanOf(3, 40, 0, 400)).toEqual({ first: 0, end: 3 });
});

test('a list that shrank under its scroll, is empty or is not laid out yet, draws nothing wrong', () => {
  expect(spanOf(5, 40, 4_000, 400)).toEqual({ first: 5, end: 5 });
  expect(spanOf(0, 40, 0, 400)).toEqual({ first: 0, end: 0 });
  expect(spanOf(10, 0, 0, 400)).toEqual({ first: 0, end: 0 });
  expect(spanOf(10, 40, -20, 80)).toEqual({ first: 0, end: 2 + OVER });
});

test('a row that is on screen does not move, one beyond an edge comes to that edge', () => {
  expect(shownAt(5, 40, 100, 400)).toBe(100);
  expect(shownAt(1, 40, 100, 400)).toBe(40);
  expect(shownAt(20, 40, 100, 400)).toBe(440);
});

test('keys lead to rows, and never off the list', () => {
  expect(led('ArrowDown', 3, 5, 10)).toBe(4);
  expect(led('ArrowDown', 4, 5, 10)).toBe(4);
  expect(led('ArrowUp', 0, 5, 10)).toBe(0);
  expect(led('PageDown', 0, 50, 10)).toBe(10);
  expect(led('PageUp', 5, 50, 10)).toBe(0);
  expect(led('Home', 5, 50, 10)).toBe(0);
  expect(led('End', 5, 50, 10)).toBe(49);
  expect(led('a', 5, 50, 10)).toBeNull();
  expect(led('End', 0, 0, 10)).toBeNull();
});
