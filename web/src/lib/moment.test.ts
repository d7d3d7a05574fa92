import { expect, test, vi } from 'vitest';

import { hearDate, serverNow } from './moment';

const NEAR_MS = 1_000;
const off = (from: number) => Math.abs(serverNow() - from);

test('the moment is the server’s once it was heard, and an absent or broken date changes nothing', () => {
  const there = Date.now() + 5 * 3_600_000;
  hearDate(new Date(there).toUTCString());
  expect(off(there)).toBeLessThan(NEAR_MS + 1_000);
  hearDate(null);
  hearDate('yesterday');
  expect(off(there)).toBeLessThan(NEAR_MS + 1_000);
  hearDate(new Date().toUTCString());
  expect(off(Date.now())).toBeLessThan(NEAR_MS + 1_000);
});

test('a clock that is set anew moves nothing', () => {
  const before = serverNow();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(before - 9 * 3_600_000);
  expect(off(before)).toBeLessThan(NEAR_MS);
  clock.mockRestore();
});
