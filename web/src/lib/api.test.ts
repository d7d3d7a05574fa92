import { afterEach, expect, test, vi } from 'vitest';

import { all, ApiError, call, Unreachable, whoAmI } from './api';
import { newId } from './ids';

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

test('a problem keeps its code, its fields and when to come back', async () => {
  const problem = { status: 429, code: 'TOO_MANY', detail: 'slow down', errors: [{ field: 'login', reason: 'r' }] };
  const headers = { 'content-type': 'application/problem+json', 'retry-after': '7' };
  vi.stubGlobal('fetch', () => Promise.resolve(answer(429, problem, headers)));
  const error = await call('GET', '/x').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status: 429, message: 'slow down', retry_after_s: 7, problem });
});

test('an answer that is not ours is still an error with its status', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status: 502 })));
  await expect(call('GET', '/x')).rejects.toMatchObject({ status: 502, problem: { code: 'HTTP_502' } });
});

test('no network is its own error', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
  await expect(call('GET', '/x')).rejects.toBeInstanceOf(Unreachable);
});

test('a list is followed to its end', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return Promise.resolve(answer(200, asked.length === 1 ? { items: [1], next: 'a b' } : { items: [2], next: null }));
  });
  expect(await all('/codes?group=RESULT')).toEqual([1, 2]);
  expect(asked[1]).toBe('/api/v1/codes?group=RESULT&after=a%20b');
});

test('401 means that nobody is logged in', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(answer(401, { status: 401, code: 'UNAUTHENTICATED' })));
  expect(await whoAmI()).toBeNull();
});

test('unsafe methods send JSON, even with nothing to say', async () => {
  const fetch = vi.fn((_url: string, _init: RequestInit) => Promise.resolve(new Response(null, { status: 204 })));
  vi.stubGlobal('fetch', fetch);
  await call('DELETE', '/session');
  expect(fetch.mock.calls[0]![1]).toMatchObject({ headers: { 'content-type': 'application/json' }, body: '{}' });
});

test('a page without randomUUID still makes version 4 ids', () => {
  const getRandomValues = crypto.getRandomValues.bind(crypto);
  const id = newId({ getRandomValues });
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId({ getRandomValues })).not.toBe(id);
});
