import { render } from 'preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { t } from '../lib/i18n';
import '../lib/texts/of-staff';
import type { Connection } from '../lib/socket';
import { ConnectionLine } from './connection';
import { BRIEF_MS } from './lasting';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  render(null, document.body);
  vi.useRealTimers();
});

/** What the line says once this much time went by with a connection that is so. */
async function says(connection: Connection, ms: number): Promise<string | null> {
  render(<ConnectionLine connection={connection} />, document.body);
  // What a view does after it was drawn, it does in a task of its own.
  await vi.advanceTimersByTimeAsync(200);
  await vi.advanceTimersByTimeAsync(ms);
  return document.body.textContent;
}

test('a line that is lost for a moment frightens nobody', async () => {
  expect(await says('OPEN', 0)).toBe(t('connection.OPEN'));
  expect(await says('RETRYING', BRIEF_MS / 2)).toBe(t('connection.OPEN'));
  expect(await says('OPEN', BRIEF_MS)).toBe(t('connection.OPEN'));
  expect(await says('RETRYING', BRIEF_MS / 2)).toBe(t('connection.OPEN'));
  expect(document.querySelector('[data-connection="RETRYING"]')).not.toBeNull();
});

test('a line that stays lost is said to be, and at once where somebody comes to look', async () => {
  expect(await says('OPEN', 0)).toBe(t('connection.OPEN'));
  expect(await says('RETRYING', BRIEF_MS)).toBe(t('connection.RETRYING'));
  expect(await says('BLOCKED', 0)).toBe(t('connection.BLOCKED'));
  expect(await says('OPEN', 0)).toBe(t('connection.OPEN'));
  render(null, document.body);
  expect(await says('RETRYING', 0)).toBe(t('connection.RETRYING'));
});
