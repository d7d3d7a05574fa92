import { beforeEach, expect, test } from 'vitest';

import { FakeStorage } from '../../testing/fakes';
import { credentials, keep, kept } from './kept';

beforeEach(() => history.replaceState(null, '', '/desk'));

test('an enrolment link is read once and leaves the address bar', () => {
  const storage = new FakeStorage();
  history.replaceState(null, '', '/desk#desk=d1&key=k1');
  expect(credentials(storage)).toEqual({ desk: 'd1', key: 'k1' });
  expect(location.hash).toBe('');
  expect(credentials(storage)).toEqual({ desk: 'd1', key: 'k1' });
});

test('the public desk has no credentials, and a broken store does not stop it', () => {
  const storage = new FakeStorage();
  expect(credentials(storage)).toBeNull();
  storage.setItem('anteroom.desk', '{');
  expect(credentials(storage)).toBeNull();
});

test('a visit is kept and forgotten', () => {
  const storage = new FakeStorage();
  keep({ token: 't', outbox: [] }, storage);
  expect(kept(storage)).toEqual({ token: 't', outbox: [] });
  keep(null, storage);
  expect(storage.length).toBe(0);
});
