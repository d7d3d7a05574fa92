import { expect, test } from 'vitest';

import type { ServerFrame } from '../../lib/protocol.gen';
import { empty, isBefore, reduce, underWay, type DeskAction, type DeskState } from './state';

const line = { topic: 'GENERAL', language: 'ko', name: '일반', open: true };
const english = { ...line, language: 'en' };

const after = (...actions: DeskAction[]): DeskState => actions.reduce(reduce, empty);
const frame = (frame: ServerFrame): DeskAction => ({ type: 'frame', frame, wall: 0 });

const waiting = frame({
  type: 'waiting',
  ticket: 't',
  number: 'A-001',
  line: 'GENERAL',
  requested_at: '2026-01-01T00:00:00.000Z',
  ahead: 0,
  resume: 'token-1',
});
const matched = (room: string): DeskAction =>
  frame({
    type: 'matched',
    room,
    consultation: 't',
    ticket: 't',
    you: `d-${room}`,
    members: [
      { member: `d-${room}`, role: 'DESK', name: '', state: 'JOINED' },
      { member: `c-${room}`, role: 'COUNSELLOR', name: `Kim of ${room}`, state: 'JOINED' },
    ],
    last_seq: 0,
    resume: `token-${room}`,
  });
const transferred = frame({ type: 'ended', room: 'r1', reason: 'TRANSFERRED' });

test('a line is chosen, what is kept is read, and only then may one write', () => {
  const ready = after({ type: 'choose', line });
  expect(ready.stage).toEqual({ at: 'READY', line, draft: { nickname: '', note: '' } });
  const details = reduce(ready, { type: 'tell' });
  expect(details.stage.at).toBe('DETAILS');
  expect(isBefore(details)).toBe(true);
});

test('a step back loses no word, and another one leaves the line', () => {
  const draft = { nickname: 'Lee', note: 'about a form' };
  const ready = after({ type: 'choose', line }, { type: 'tell' }, { type: 'draft', draft }, { type: 'back' });
  expect(ready.stage).toEqual({ at: 'READY', line, draft });
  expect(reduce(ready, { type: 'tell' }).stage).toMatchObject({ at: 'DETAILS', draft });
  expect(reduce(ready, { type: 'back' }).stage).toEqual({ at: 'START' });
});

test('a refused request keeps what was typed, in the line it was for', () => {
  const request = { client_id: 'c', topic: 'GENERAL', language: 'en', nickname: 'Lee', note: 'a form' };
  const state = after(
    { type: 'lines', items: [line, english] },
    { type: 'ask', request },
    frame({ type: 'error', code: 'BAD_FRAME', detail: '' }),
  );
  expect(state.stage).toEqual({
    at: 'DETAILS',
    line: english,
    draft: { nickname: 'Lee', note: 'a form' },
    trouble: 'BAD_FRAME',
  });
});

test('between two counsellors a visitor is asked to stay, and goes on with the same conversation', () => {
  const said: DeskAction = { type: 'say', client_id: 'x', body: 'hello' };
  const between = after(waiting, matched('r1'), said, transferred);
  expect(between.stage).toMatchObject({ at: 'HANDOVER', ticket: { number: 'A-001' } });
  expect(underWay(between)).toBe(true);
  expect(between.token).toBe('token-r1');
  const then = reduce(between, matched('r2'));
  expect(then.stage).toMatchObject({ at: 'CHAT', ticket: { number: 'A-001' } });
  expect(then.conversation).toMatchObject({ room: 'r2', ended: null, outbox: [{ client_id: 'x' }] });
  expect(then.token).toBe('token-r2');
});

test('a hand-over that finds nobody leads back to the line, with the conversation', () => {
  const state = reduce(after(waiting, matched('r1'), transferred), waiting);
  expect(state.stage.at).toBe('WAITING');
  expect(state.conversation).not.toBeNull();
});

test('a hand-over after a reload, when the ticket is not known, stays a hand-over', () => {
  const state = after({ type: 'restore', token: 'token-r1', outbox: [] }, matched('r1'), transferred);
  expect(state.stage).toEqual({ at: 'HANDOVER', ticket: null });
  expect(reduce(state, matched('r2')).stage).toEqual({ at: 'CHAT', ticket: null });
});

test('a talk that was left alone says so at its end, and only then', () => {
  const ended = frame({ type: 'ended', room: 'r1', reason: 'DONE' });
  expect(after(waiting, matched('r1'), ended).stage).toMatchObject({ reason: 'DONE' });
  const idle = after(waiting, matched('r1'), { type: 'idle' }, ended);
  expect(idle.stage).toMatchObject({ at: 'ENDED', reason: 'IDLE' });
  const byAdmin = frame({ type: 'ended', room: 'r1', reason: 'ADMIN' });
  expect(after(waiting, matched('r1'), { type: 'idle' }, byAdmin).stage).toMatchObject({ reason: 'ADMIN' });
  expect(reduce(idle, { type: 'wipe' })).toEqual({ ...empty, visitor: 1 });
});
