import { afterEach, expect, test, vi } from 'vitest';

import { ApiError, call, Unreachable } from './api';
import type { FieldFault } from './api.gen';
import { Form } from './form';
import { refusalOf, troubleOf } from './said';

afterEach(() => vi.unstubAllGlobals());

function problem(status: number, code: string, errors: FieldFault[] = [], after = null as number | null) {
  return new ApiError({ status, code, detail: 'the detail', ...(errors.length > 0 && { errors }) }, after);
}

test('what is typed stays, whatever the server answers, and a fault goes when its field is typed in', async () => {
  const form = new Form({ login: 'kim', name: '김' });
  const sent = await form.send(() => Promise.reject(problem(409, 'LOGIN_TAKEN')));
  expect(sent).toBe(false);
  expect(form.state.value).toMatchObject({ typed: { login: 'kim', name: '김' }, busy: false });
  expect(form.state.value.faults.login).toEqual({ key: 'fault.LOGIN_TAKEN' });
  form.type({ login: 'lee' });
  expect(form.state.value.faults).toEqual({});
});

test('a form that is being sent is not sent again', async () => {
  const form = new Form({ name: 'x' });
  let sends = 0;
  const send = () => {
    sends += 1;
    return Promise.resolve();
  };
  expect(await Promise.all([form.send(send), form.send(send)])).toEqual([true, false]);
  expect(sends).toBe(1);
});

test('a fault of the server stands beside its field, also one inside a list', () => {
  const errors: FieldFault[] = [{ field: 'lines[0].tier', reason: 'is 12; 0 to 9 are allowed', code: 'RANGE', min: 0, max: 9 }];
  expect(refusalOf(problem(422, 'OUT_OF_BOUNDS', errors), ['lines'])).toEqual({
    faults: { lines: { key: 'fault.BETWEEN', values: { min: '0', max: '9' } } },
    trouble: null,
  });
});

test('a fault of a field the form has not is said for the whole', () => {
  const errors: FieldFault[] = [{ field: 'token', reason: 'r', code: 'VALUE' }];
  expect(refusalOf(problem(422, 'OUT_OF_BOUNDS', errors), ['name'])).toEqual({
    faults: {},
    trouble: { key: 'fault.FIELD' },
  });
});

test('a wrong password is said beside the field that asked for the present one', () => {
  const wrong = problem(403, 'WRONG_PASSWORD');
  expect(refusalOf(wrong, ['current', 'password']).faults).toHaveProperty('current');
  expect(refusalOf(wrong, ['password', 'code']).faults).toHaveProperty('password');
});

test.each([
  [problem(429, 'TOO_MANY', [], 7), { key: 'fault.TOO_MANY', values: { seconds: 7 } }],
  [problem(503, 'DRAINING', [], 1), { key: 'fault.BUSY', values: { seconds: 1 } }],
  [problem(409, 'EDITED'), { key: 'fault.EDITED' }],
  [problem(409, 'IN_USE'), { key: 'fault.IN_USE' }],
  [problem(500, 'INTERNAL'), { key: 'fault.FAILED' }],
  [new Unreachable(null), { key: 'common.unreachable' }],
])('%s is told as %o', (error, said) => {
  expect(troubleOf(error)).toEqual(said);
});

test('no network is said for the whole form', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
  const form = new Form({ name: 'x' });
  await form.send(() => call('POST', '/x', {}));
  expect(form.state.value).toMatchObject({ typed: { name: 'x' }, trouble: { key: 'common.unreachable' } });
});
