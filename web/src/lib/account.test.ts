import { afterEach, expect, test, vi } from 'vitest';

import { Session } from './account';
import { call } from './api';
import type { OwnAccount } from './api.gen';

afterEach(() => vi.unstubAllGlobals());

const account = { id: 'a', login: 'kim', role: 'ADMIN', power: 'ADMIN' } as OwnAccount;

function answers(status: number, body: unknown): void {
  const headers = { 'content-type': 'application/json' };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status, headers })));
}

test('a log-in that ended is known from any answer, and said; leaving is not said', async () => {
  const session = new Session();
  answers(200, { account });
  session.enter(account);
  answers(401, { status: 401, code: 'NOT_LOGGED_IN' });
  await expect(call('GET', '/accounts')).rejects.toThrow();
  expect(session.account.value).toBeNull();
  expect(session.hasEnded.value).toBe(true);
  answers(200, { account });
  session.enter(account);
  expect(session.hasEnded.value).toBe(false);
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 204 })));
  await session.leave();
  expect(session.account.value).toBeNull();
  expect(session.hasEnded.value).toBe(false);
});

test('a wrong code or password on the way does not end the log-in', async () => {
  const session = new Session();
  answers(200, { account });
  session.enter(account);
  answers(403, { status: 403, code: 'WRONG_PASSWORD' });
  await expect(call('PUT', '/session/password', {})).rejects.toThrow();
  expect(session.account.value).toBe(account);
});

test('who was never logged in has not been logged out', async () => {
  const session = new Session();
  answers(401, { status: 401, code: 'NOT_LOGGED_IN' });
  await session.check();
  expect(session.account.value).toBeNull();
  expect(session.hasEnded.value).toBe(false);
});

test('a new second factor makes the account another one, an unchanged account stays the same object', async () => {
  const session = new Session();
  answers(200, { account });
  session.enter(account);
  await session.check();
  expect(session.account.value).toBe(account);
  answers(200, { account: { ...account, second_factor: true } });
  await session.check();
  expect(session.account.value).toMatchObject({ second_factor: true });
});

test('a log-in the server never knew tells of a browser that keeps no cookie; one that ends later does not', async () => {
  const session = new Session();
  for (const isKept of [false, true]) {
    if (isKept) answers(200, { account });
    else answers(401, { status: 401, code: 'NOT_LOGGED_IN' });
    session.enter(account);
    expect(session.keepsNoCookie.value).toBe(false);
    if (isKept) await session.check();
    else await vi.waitFor(() => expect(session.account.value).toBeNull());
    answers(401, { status: 401, code: 'NOT_LOGGED_IN' });
    await expect(call('GET', '/accounts')).rejects.toThrow();
    expect([session.hasEnded.value, session.keepsNoCookie.value]).toEqual([true, !isKept]);
  }
});

test('a network that is gone is not taken for a browser that keeps no cookie', async () => {
  const session = new Session();
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('cut off')));
  session.enter(account);
  await expect(call('GET', '/accounts')).rejects.toThrow();
  answers(401, { status: 401, code: 'NOT_LOGGED_IN' });
  await expect(call('GET', '/accounts')).rejects.toThrow();
  expect([session.hasEnded.value, session.keepsNoCookie.value]).toEqual([true, false]);
});
