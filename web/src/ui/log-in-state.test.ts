import { expect, test } from 'vitest';

import { ApiError, Unreachable } from '../lib/api';
import { initial, reduce, type LogInState } from './log-in-state';

const refused = (state: LogInState, status: number, code: string, after: number | null = null) =>
  reduce(state, { type: 'refused', error: new ApiError({ status, code }, after) });

const typed = reduce(initial(null), { type: 'typed', values: { login: 'kim', password: 'secret' } });

test('a right password leads to the second step, with nothing to complain of', () => {
  const state = refused(typed, 401, 'SECOND_FACTOR_NEEDED');
  expect(state).toMatchObject({ step: 'CODE', login: 'kim', password: 'secret', trouble: null });
  const again = refused(reduce(state, { type: 'typed', values: { code: '000000' } }), 401, 'SECOND_FACTOR_NEEDED');
  expect(again).toMatchObject({ step: 'CODE', code: '', trouble: { key: 'login.code.wrong' } });
});

test('another person may log in instead, and the password is forgotten', () => {
  const state = reduce(refused(typed, 401, 'SECOND_FACTOR_NEEDED'), { type: 'back' });
  expect(state).toMatchObject({ step: 'PASSWORD', login: 'kim', password: '', code: '' });
});

test('a password that changed meanwhile leads back to the first step', () => {
  const state = refused(refused(typed, 401, 'SECOND_FACTOR_NEEDED'), 401, 'BAD_LOGIN');
  expect(state).toMatchObject({ step: 'PASSWORD', trouble: { key: 'login.failed' } });
});

test('too many tries and an overloaded server say when to come back, and stay at the step', () => {
  expect(refused(typed, 429, 'TOO_MANY', 30).trouble).toEqual({ key: 'fault.TOO_MANY', values: { seconds: 30 } });
  const second = refused(typed, 401, 'SECOND_FACTOR_NEEDED');
  expect(refused(second, 503, 'BUSY', 2)).toMatchObject({
    step: 'CODE',
    trouble: { key: 'fault.BUSY', values: { seconds: 2 } },
  });
  expect(reduce(typed, { type: 'refused', error: new Unreachable(null) }).trouble).toEqual({ key: 'common.unreachable' });
});
