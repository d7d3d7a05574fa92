import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Setup } from './setup';

const form = { login: ' root ', name: '관리자', password: 'long enough', again: 'long enough' };
let sent: Array<[string, unknown]>;

function answers(...responses: Response[]): void {
  vi.stubGlobal('fetch', (url: string, { body }: RequestInit) => {
    if (body !== undefined) sent.push([url, JSON.parse(String(body))]);
    return Promise.resolve(responses.shift()!);
  });
}

function problem(status: number, code: string): Response {
  const headers = { 'content-type': 'application/problem+json' };
  return new Response(JSON.stringify({ status, code }), { status, headers });
}

function opened(link: string): Setup {
  history.replaceState(null, '', link);
  const setup = new Setup();
  setup.open();
  return setup;
}

beforeEach(() => {
  sessionStorage.clear();
  sent = [];
});
afterEach(() => vi.unstubAllGlobals());

const made = () => new Response('{"account":{"id":"a"}}', { status: 201 });
const loggedIn = () => new Response('{"account":{"id":"a","role":"ADMIN"}}');

test('the token is read once and leaves the address bar', async () => {
  answers(problem(409, 'LOGIN_TAKEN'), made(), loggedIn());
  const setup = opened('/setup#secret');
  expect(location.href).not.toContain('secret');
  await setup.submit(form);
  expect(setup.stage.value).toMatchObject({ at: 'FORM', trouble: 'LOGIN_TAKEN' });
  await setup.submit({ ...form, login: 'boss' });
  expect(setup.stage.value).toEqual({ at: 'DONE', login: 'boss' });
  const admin = { token: 'secret', login: 'root', name: '관리자', password: 'long enough' };
  expect(sent).toEqual([
    ['/api/v1/setup', admin],
    ['/api/v1/setup', { ...admin, login: 'boss' }],
    ['/api/v1/session', { login: 'boss', password: 'long enough' }],
  ]);
  expect(setup.session.account.value).toMatchObject({ role: 'ADMIN' });
  expect(setup.guide.step.value).toBe('FACTOR');
});

test('a form with a fault is not sent', async () => {
  answers();
  const setup = opened('/setup#secret');
  await setup.submit({ ...form, again: 'other' });
  expect(setup.stage.value).toMatchObject({ at: 'FORM', trouble: 'PASSWORDS_DIFFER' });
  expect(sent).toEqual([]);
});

test('a second press while the first is under way sends nothing', async () => {
  answers(made(), loggedIn());
  const setup = opened('/setup#secret');
  await Promise.all([setup.submit(form), setup.submit(form)]);
  expect(sent.filter(([url]) => url === '/api/v1/setup')).toHaveLength(1);
});

test('a reload keeps the link until it is used', async () => {
  answers(made(), loggedIn());
  opened('/setup#secret');
  const setup = opened('/setup');
  expect(setup.stage.value).toMatchObject({ at: 'FORM', token: 'secret' });
  await setup.submit(form);
  expect(sessionStorage.length).toBe(0);
});

test('a first admin who cannot be logged in at once is told how', async () => {
  answers(made(), problem(503, 'BUSY'), problem(401, 'NOT_LOGGED_IN'));
  const setup = opened('/setup#secret');
  await setup.submit(form);
  expect(setup.stage.value).toEqual({ at: 'DONE', login: 'root' });
  expect(setup.session.account.value).toBeNull();
});

test('a page opened without its link has nothing to send', async () => {
  answers(problem(401, 'NOT_LOGGED_IN'));
  const setup = opened('/setup');
  await setup.submit(form);
  expect(setup.stage.value).toEqual({ at: 'DEAD_END', why: 'NO_LINK' });
  expect(sent).toEqual([]);
});
