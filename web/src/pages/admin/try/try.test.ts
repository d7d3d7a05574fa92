import { afterEach, expect, test, vi } from 'vitest';

import type { RehearsalView, TestDataView } from '../../../lib/api.gen';
import { FakeTimers } from '../../../testing/fakes';
import { badFigure, Counts, isThere } from './data';
import { isRunning, lasted, Rehearsal, stoppedAt, STEPS } from './rehearsal';

const nothing: TestDataView = { lines: 0, accounts: 0, consultations: 0, messages: 0, running: null, rehearsal: null };
const job = { id: 'j', kind: 'TEST_DATA', state: 'RUNNING', done: 3, total: 10, error: null, file: null, made_at: '', ended_at: null };

/** The server, answering in this order. */
function answers(...bodies: unknown[]): ReturnType<typeof vi.fn> {
  const asked = vi.fn(() => Promise.resolve(new Response(JSON.stringify(bodies.shift()), { status: 200 })));
  vi.stubGlobal('fetch', asked);
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

const rehearsed = (state: string, ...ended: Array<[state: 'DONE' | 'FAILED', ms: number]>): RehearsalView => ({
  id: 'r',
  state,
  began_at: '',
  ended_at: null,
  error: null,
  steps: STEPS.map((step, nth) => ({ step, ...(ended[nth] ? { state: ended[nth][0], ms: ended[nth][1] } : { state: 'WAITING' }) })),
});

test.each([
  [{ consultations: '500', days: '30', language: 'ko' }, null],
  [{ consultations: '0', days: '30', language: 'ko' }, 'consultations'],
  [{ consultations: '5001', days: '30', language: 'ko' }, 'consultations'],
  [{ consultations: '1.5', days: '30', language: 'ko' }, 'consultations'],
  [{ consultations: '5', days: '', language: 'ko' }, 'days'],
  [{ consultations: '5', days: '91', language: 'ko' }, 'days'],
])('%o is out of bounds at %s', (values, bad) => {
  expect(badFigure(values)).toBe(bad);
});

test('how a rehearsal went is read off its steps', () => {
  const failed = rehearsed('FAILED', ['DONE', 12], ['FAILED', 30]);
  expect([lasted(failed), stoppedAt(failed)?.step, isRunning(failed)]).toEqual([42, 'ASK', false]);
  expect(stoppedAt(rehearsed('RUNNING', ['DONE', 12]))).toBeNull();
});

test('a rehearsal is asked for until it is over', async () => {
  const asked = answers({ id: 'r' }, rehearsed('RUNNING', ['DONE', 5]), rehearsed('DONE', ['DONE', 5], ['DONE', 6]));
  const timers = new FakeTimers();
  const rehearsal = new Rehearsal(timers);
  await rehearsal.begin();
  expect(rehearsal.now.value?.state).toBe('RUNNING');
  timers.advance(300);
  await vi.waitFor(() => expect(rehearsal.now.value?.state).toBe('DONE'));
  expect([asked.mock.calls.length, timers.pending]).toEqual([3, 0]);
});

test('the counts are read again while test data is made, and who shows names hears of the end', async () => {
  answers({ ...nothing, running: job }, { ...nothing, lines: 1, consultations: 10 });
  const timers = new FakeTimers();
  const settled = vi.fn();
  const counts = new Counts(settled, timers);
  await counts.load();
  expect([isThere(counts.now.value!), settled.mock.calls.length]).toEqual([false, 0]);
  timers.advance(700);
  await vi.waitFor(() => expect(settled).toHaveBeenCalledOnce());
  expect([isThere(counts.now.value!), timers.pending]).toEqual([true, 0]);
});
