import { expect, test } from 'vitest';

import { day, dayAfter, fromField, toField } from './office';

test('a moment is shown by the office’s clock and means the same again', () => {
  expect(toField('2026-11-20T15:30:00Z')).toBe('2026-11-21T00:30');
  expect(fromField('2026-11-21T00:30')).toBe('2026-11-20T15:30:00.000Z');
  expect(toField(null)).toBe('');
  expect(fromField('')).toBeNull();
  expect(fromField('no moment')).toBeNull();
});

test('a day begins at the office’s midnight', () => {
  expect(fromField('2026-11-21')).toBe('2026-11-20T15:00:00.000Z');
  expect(dayAfter('2026-12-31')).toBe('2027-01-01');
  expect(day(0, Date.parse('2026-11-20T16:00:00Z'))).toBe('2026-11-21');
  expect(day(-6, Date.parse('2026-11-20T16:00:00Z'))).toBe('2026-11-15');
});
