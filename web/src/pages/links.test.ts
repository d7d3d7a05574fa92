import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { SecondFactor } from './account/second-factor';
import { asked as askedToken } from './account/tokens';
import { Enrolment } from './desk/enrolment';
import { enrolmentToken } from './desk/kept';
import { Reset } from './reset/reset';
import { SignUp } from './signup/sign-up';
import { Verification } from './verify/verification';

let sent: Array<[string, string, unknown]>;

function answers(...responses: Response[]): void {
  vi.stubGlobal('fetch', (url: string, { method, body }: RequestInit) => {
    sent.push([method!, url.replace('/api/v1', ''), JSON.parse(String(body ?? 'null'))]);
    const next = responses.shift();
    return next ? Promise.resolve(next) : Promise.reject(new TypeError('offline'));
  });
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
const problem = (status: number, code: string) => json({ status, code }, status);

beforeEach(() => {
  sent = [];
  history.replaceState(null, '', '/');
});
afterEach(() => vi.unstubAllGlobals());

test('the link of a mail is shown to the server once and leaves the address bar', async () => {
  answers(json({ account: { login: 'kim', approved: false } }));
  history.replaceState(null, '', '/verify#secret');
  const verification = new Verification();
  await verification.open();
  expect(location.href).not.toContain('secret');
  expect(sent).toEqual([['POST', '/accounts/verify', { token: 'secret' }]]);
  expect(verification.stage.value).toEqual({ at: 'DONE', login: 'kim', approved: false });
  await verification.ask();
  expect(sent).toHaveLength(1);
});

test('a link that is used up is said to be, and no network is waited out', async () => {
  answers(problem(503, 'BUSY'), problem(409, 'BAD_LINK'));
  history.replaceState(null, '', '/verify#secret');
  const verification = new Verification();
  await verification.open();
  expect(verification.stage.value.at).toBe('TROUBLE');
  await verification.ask();
  expect(verification.stage.value.at).toBe('BAD_LINK');
});

test('signing up checks before it sends, and keeps what is typed', async () => {
  answers(problem(409, 'LOGIN_TAKEN'), json({ account: { id: 'a' } }, 202));
  const signUp = new SignUp();
  const { form } = signUp;
  form.type({ login: ' kim ', email: 'kim@example.org', name: '김', password: 'long enough', again: 'other' });
  await signUp.submit();
  expect(form.state.value.faults).toHaveProperty('again');
  expect(sent).toEqual([]);
  form.type({ again: 'long enough' });
  await signUp.submit();
  expect(form.state.value.faults).toHaveProperty('login');
  await signUp.submit();
  expect(signUp.sentTo.value).toBe('kim@example.org');
  expect(sent[0]![2]).toEqual({
    login: 'kim',
    email: 'kim@example.org',
    name: '김',
    password: 'long enough',
    language: 'ko',
  });
});

test('a new password needs the link, and a used link leads back to the mail', async () => {
  answers(problem(422, 'OUT_OF_BOUNDS'), problem(409, 'BAD_LINK'));
  history.replaceState(null, '', '/reset#secret');
  const reset = new Reset();
  reset.open();
  expect(reset.stage.value.at).toBe('NEW');
  reset.setting.type({ password: 'long enough', again: 'long enough' });
  await reset.set();
  expect(reset.setting.state.value.trouble).toMatchObject({ key: 'fault.FIELD' });
  await reset.set();
  expect(reset.stage.value.at).toBe('BAD_LINK');
  reset.again();
  expect(reset.stage.value.at).toBe('ASK');
});

test('an enrolment link makes this browser a desk, and leaves the address bar', async () => {
  answers(problem(503, 'BUSY'), json({ desk: 'd', key: 'k', name: '1층', line: null }));
  history.replaceState(null, '', '/desk#enrol=secret');
  const token = enrolmentToken();
  expect(token).toBe('secret');
  expect(location.href).not.toContain('secret');
  expect(enrolmentToken()).toBeNull();
  const made: unknown[] = [];
  const enrolment = new Enrolment((credentials) => made.push(credentials));
  await enrolment.open(token!);
  expect(enrolment.stage.value.at).toBe('TROUBLE');
  await enrolment.ask();
  expect(made).toEqual([{ desk: 'd', key: 'k' }]);
  expect(enrolment.stage.value).toEqual({ at: 'DONE', name: '1층' });
});

test('a second factor counts once a code of it was shown; the codes are there until they are kept', async () => {
  const secret = { secret: 'S', url: 'otpauth://', qr: '<svg/>' };
  answers(json(secret), problem(403, 'WRONG_CODE'), json({ recovery_codes: ['a', 'b'] }));
  let changed = 0;
  const factor = new SecondFactor(() => (changed += 1));
  factor.starting.type({ password: 'p' });
  await factor.start();
  expect(factor.stage.value).toEqual({ at: 'CONFIRMING', secret });
  factor.confirming.type({ code: '000 000' });
  await factor.confirm();
  expect(factor.confirming.state.value.faults).toHaveProperty('code');
  expect(changed).toBe(0);
  await factor.confirm();
  expect(sent.at(-1)).toEqual(['PUT', '/session/second-factor', { code: '000 000' }]);
  expect(factor.stage.value).toEqual({ at: 'CODES', codes: ['a', 'b'] });
  expect(changed).toBe(1);
  factor.rest();
  expect(factor.stage.value).toEqual({ at: 'RESTING' });
});

test('a token is good to the end of its last day', () => {
  const typed = { name: ' r ', until: '2026-11-21', read: true, write: true, admin: false };
  const scopes = ['read', 'write'];
  expect(askedToken(typed)).toEqual({ name: 'r', scopes, expires_at: '2026-11-21T15:00:00.000Z' });
  expect(askedToken({ ...typed, until: '', write: false })).toEqual({ name: 'r', scopes: ['read'] });
});
