import { expect, test } from 'vitest';

import { FakeTimers } from '../testing/fakes';
import { AGAIN_MS, Courier, faulted, put, refusedForGood, take, trouble, UNDER_WAY_MAX, type Outbox } from './outbox';
import type { ClientFrame } from './protocol.gen';

function courier(up = { is: true }) {
  const sent: string[] = [];
  const timers = new FakeTimers();
  const send = (frame: ClientFrame) => {
    if (up.is && frame.type === 'say') sent.push(frame.client_id);
    return up.is;
  };
  return { sent, timers, up, courier: new Courier(send, timers) };
}

const three: Outbox = put(put(put([], 'a', '1'), 'b', '2'), 'c', '3');

test('each message is sent once per connection, in order', () => {
  const { sent, courier: it } = courier();
  it.carry('r', three);
  it.carry('r', three);
  expect(sent).toEqual(['a', 'b', 'c']);
});

test('a message that dropped between send and accepted is sent again with the same id', () => {
  const { sent, courier: it } = courier();
  it.carry('r', three);
  it.reconnected();
  it.carry('r', take(three, 'a'));
  expect(sent).toEqual(['a', 'b', 'c', 'b', 'c']);
});

test('nothing counts as sent while there is no connection', () => {
  const { sent, up, courier: it } = courier({ is: false });
  it.carry('r', three);
  up.is = true;
  it.carry('r', three);
  expect(sent).toEqual(['a', 'b', 'c']);
});

test('a long outbox goes out in steps', () => {
  const { sent, courier: it } = courier();
  let outbox: Outbox = [];
  for (let n = 0; n < 20; n += 1) outbox = put(outbox, `m${n}`, 'x');
  it.carry('r', outbox);
  expect(sent).toHaveLength(UNDER_WAY_MAX);
  outbox = take(outbox, 'm0');
  it.carry('r', outbox);
  expect(sent).toHaveLength(UNDER_WAY_MAX + 1);
});

test('what the disk did not take is tried again a little later', () => {
  const { sent, timers, courier: it } = courier();
  it.carry('r', three);
  const outbox = trouble(three, 'b', 'NOT_STORED');
  it.again('b', () => it.carry('r', outbox));
  timers.advance(AGAIN_MS);
  expect(sent).toEqual(['a', 'b', 'c', 'b']);
});

test('what is refused for good is kept but not sent again', () => {
  const { sent, courier: it } = courier();
  const outbox = trouble(three, 'a', 'BAD_FRAME');
  expect(refusedForGood(outbox[0]!)).toBe(true);
  it.carry('r', outbox);
  expect(sent).toEqual(['b', 'c']);
});

test('what is too long is not sent at all, nor is what was kept before it was counted so', () => {
  const { sent, courier: it } = courier();
  const long = '가'.repeat(2_001);
  it.carry('r', [...put([], 'a', long), { client_id: 'b', body: long.normalize('NFD'), trouble: null }, ...put([], 'c', 'x')]);
  expect(sent).toEqual(['c']);
  expect(put([], 'a', long)[0]!.trouble).toBe('BAD_FRAME');
});

test('words that closed the connection are not sent again, on no connection', () => {
  const { sent, courier: it } = courier();
  it.carry('r', three);
  const after = faulted(three);
  it.reconnected();
  it.carry('r', after);
  expect(sent).toEqual(['a', 'b', 'c']);
});

test('an answer of the server that leaves no hope is the last word, whatever its code', () => {
  expect(refusedForGood(trouble(three, 'a', 'NAME_TAKEN')[0]!)).toBe(true);
  for (const code of ['NOT_STORED', 'BUSY', 'ROOM_ENDED'] as const) {
    expect(refusedForGood(trouble(three, 'a', code)[0]!), code).toBe(false);
  }
});
