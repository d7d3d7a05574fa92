import { beforeEach, expect, test, vi } from 'vitest';

import { FakeTimers } from '../../testing/fakes';
import { emptyStores, isAltered, isKiosk } from './device';
import { AGAIN_MS, Renewal } from './renewal';

const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

test('a kiosk is told so by its address', () => {
  expect(isKiosk('?kiosk')).toBe(true);
  expect(isKiosk('?kiosk=1&lang=en')).toBe(true);
  expect(isKiosk('?lang=en')).toBe(false);
});

test('a shared device keeps what it is, and nothing of who used it', async () => {
  localStorage.setItem('anteroom.desk', '{"desk":"d","key":"k"}');
  localStorage.setItem('anteroom.language', 'en');
  localStorage.setItem('anything', 'else');
  sessionStorage.setItem('anteroom.visit', 'secret');
  expect(isAltered()).toBe(true);
  await emptyStores();
  expect({ ...localStorage }).toEqual({ 'anteroom.desk': '{"desk":"d","key":"k"}' });
  expect(sessionStorage).toHaveLength(0);
  expect(isAltered()).toBe(false);
});

test('a page is renewed when the server is there, and not under the next visitor’s hands', async () => {
  const timers = new FakeTimers();
  const reload = vi.fn();
  let [free, reachable] = [true, false];
  const renewal = new Renewal({ isFree: () => free, isReachable: () => Promise.resolve(reachable), reload, timers });
  renewal.start();
  await settled();
  expect(reload).not.toHaveBeenCalled();
  reachable = true;
  timers.advance(AGAIN_MS);
  await settled();
  expect(reload).toHaveBeenCalledTimes(1);
  free = false;
  renewal.start();
  await settled();
  timers.advance(AGAIN_MS * 10);
  expect(reload).toHaveBeenCalledTimes(1);
});
