import { expect, test } from 'vitest';

import { ApiError, Unreachable } from '../../lib/api';
import type { FaultCode } from '../../lib/api.gen';
import { asked, empty, fault, reduce, refusal, type SetupAction, type Trouble } from './state';

const form = { login: 'admin', name: '관리자', password: 'long enough', again: 'long enough' };

test.each<[string, Partial<typeof form>, Trouble | null]>([
  ['is complete', {}, null],
  ['has a blank login', { login: '  ' }, 'LOGIN'],
  ['has too long a login', { login: 'x'.repeat(101) }, 'LOGIN_LONG'],
  ['has a login as long as may be', { login: '😀'.repeat(100) }, null],
  ['has too long a name', { name: '가'.repeat(41) }, 'NAME_LONG'],
  ['has a blank name', { name: ' ' }, 'NAME'],
  ['has seven characters of password', { password: 'x'.repeat(7), again: 'x'.repeat(7) }, 'PASSWORD_SHORT'],
  ['has eight', { password: 'x'.repeat(8), again: 'x'.repeat(8) }, null],
  ['has three that are typed as eight', { password: '한글로'.normalize('NFD'), again: '' }, 'PASSWORD_SHORT'],
  ['has too many', { password: 'x'.repeat(201), again: 'x'.repeat(201) }, 'PASSWORD_LONG'],
  ['has two passwords', { again: 'something else' }, 'PASSWORDS_DIFFER'],
])('a form that %s', (_, unlike, trouble) => {
  expect(fault({ ...form, ...unlike })).toBe(trouble);
});

test('the password is sent as typed, the rest without blanks around it', () => {
  expect(asked('t', { ...form, login: ' admin ', password: ' a b c d ' })).toEqual({
    token: 't',
    login: 'admin',
    name: '관리자',
    password: ' a b c d ',
  });
});

function problem(status: number, code: string, field?: string, fault: FaultCode = 'VALUE'): ApiError {
  const errors = field && { errors: [{ field, reason: 'r', code: fault }] };
  return new ApiError({ status, code, ...errors }, null);
}

test.each<[unknown, SetupAction]>([
  [problem(409, 'ALREADY_SET_UP'), { type: 'dead_end', why: 'ALREADY_SET_UP' }],
  [problem(403, 'NOT_ALLOWED'), { type: 'dead_end', why: 'BAD_LINK' }],
  [problem(409, 'LOGIN_TAKEN'), { type: 'trouble', trouble: 'LOGIN_TAKEN' }],
  [problem(422, 'OUT_OF_BOUNDS', 'login'), { type: 'trouble', trouble: 'LOGIN' }],
  [problem(422, 'OUT_OF_BOUNDS', 'name'), { type: 'trouble', trouble: 'NAME' }],
  [problem(422, 'OUT_OF_BOUNDS', 'password', 'COMMON'), { type: 'trouble', trouble: 'PASSWORD_COMMON' }],
  [problem(422, 'OUT_OF_BOUNDS', 'password', 'REPEATED'), { type: 'trouble', trouble: 'PASSWORD_REPEATED' }],
  [problem(503, 'BUSY'), { type: 'trouble', trouble: 'LATER' }],
  [problem(429, 'TOO_MANY'), { type: 'trouble', trouble: 'LATER' }],
  [problem(403, 'ORIGIN_NOT_ALLOWED'), { type: 'trouble', trouble: 'FAILED' }],
  [problem(500, 'INTERNAL'), { type: 'trouble', trouble: 'FAILED' }],
  [new Unreachable(null), { type: 'trouble', trouble: 'UNREACHABLE' }],
])('%s is said as %o', (error, action) => {
  expect(refusal(error)).toEqual(action);
});

test('trouble leaves the form open, and success leaves nothing of the link', () => {
  let stage = reduce(empty, { type: 'opened', token: 't' });
  stage = reduce(stage, { type: 'sending' });
  expect(stage).toMatchObject({ at: 'FORM', busy: true });
  stage = reduce(stage, { type: 'trouble', trouble: 'LOGIN_TAKEN' });
  expect(stage).toEqual({ at: 'FORM', token: 't', busy: false, trouble: 'LOGIN_TAKEN' });
  expect(reduce(stage, { type: 'done', login: 'admin' })).toEqual({ at: 'DONE', login: 'admin' });
});

test('without a token the page says where the link is, and a fresh link over a dead end opens the form', () => {
  expect(reduce(empty, { type: 'opened', token: null })).toEqual({ at: 'DEAD_END', why: 'NO_LINK' });
  const used = reduce(empty, { type: 'dead_end', why: 'BAD_LINK' });
  expect(reduce(used, { type: 'opened', token: 'u' })).toMatchObject({ at: 'FORM', token: 'u' });
});
