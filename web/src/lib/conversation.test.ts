import { expect, test } from 'vitest';

import { begin, goOn, hear, heard, lastOfOthers, readByOthers, rebase, refuse, say, upToDate, type Conversation } from './conversation';
import type { Member, ServerFrame } from './protocol.gen';

const desk: Member = { member: 'd', role: 'DESK', name: '', state: 'JOINED' };
const counsellor: Member = { member: 'c', role: 'COUNSELLOR', name: 'Kim', state: 'JOINED' };
const seat = { room: 'r', you: 'd', members: [desk, counsellor], last_seq: 0 };

function message(seq: number, from = 'c', client_id = `x${seq}`): Extract<ServerFrame, { type: 'message' }> {
  return { type: 'message', room: 'r', seq, id: `${seq}`, client_id, from, kind: 'TEXT', body: `${seq}`, at: 't' };
}

function accepted(seq: number, client_id: string): Extract<ServerFrame, { type: 'accepted' }> {
  return { type: 'accepted', room: 'r', client_id, seq, id: `${seq}`, at: 't' };
}

const seqs = (conversation: Conversation) => conversation.told.map(({ seq }) => seq);

test('messages stand in order, each once, however they arrive', () => {
  let it = begin(seat);
  for (const seq of [1, 3, 2, 3, 1]) it = hear(it, message(seq));
  expect(seqs(it)).toEqual([1, 2, 3]);
  expect(heard(it)).toBe(3);
});

test('a hole is noticed', () => {
  const it = hear(hear(begin(seat), message(1)), message(3));
  expect(heard(it)).toBe(1);
  expect(upToDate(it)).toBe(false);
});

test('an accepted message leaves the outbox for its place', () => {
  let it = say(begin(seat), 'a', 'hello');
  expect(it.outbox).toHaveLength(1);
  it = hear(it, accepted(1, 'a'));
  expect(it.outbox).toEqual([]);
  expect(it.told).toMatchObject([{ seq: 1, mine: true, body: 'hello' }]);
});

test('my own message that comes back by replay is mine, and no longer unsent', () => {
  let it = say(begin(seat), 'a', 'hello');
  it = hear(it, message(1, 'd', 'a'));
  it = hear(it, accepted(1, 'a'));
  expect(it.outbox).toEqual([]);
  expect(it.told).toHaveLength(1);
  expect(it.told[0]).toMatchObject({ mine: true });
});

test('a conversation goes on in the room of the next counsellor', () => {
  let it = hear(hear(begin(seat), message(1)), message(2));
  it = say(it, 'a', 'unsent');
  it = hear(it, { type: 'ended', room: 'r', reason: 'COUNSELLOR_LOST' });
  const lee: Member = { member: 'e', role: 'COUNSELLOR', name: 'Lee', state: 'JOINED' };
  it = goOn(it, { room: 'r2', you: 'd2', members: [{ ...desk, member: 'd2' }, lee], last_seq: 3 });
  expect(it.ended).toBeNull();
  expect(seqs(it)).toEqual([1, 2]);
  expect(it.outbox).toHaveLength(1);
  expect(upToDate(it)).toBe(false);
  expect(it.members['c']).toMatchObject({ name: 'Kim', state: 'LEFT' });
});

test('what can no longer be had is not waited for', () => {
  let it = begin({ ...seat, last_seq: 9 });
  it = rebase(it, 8);
  it = hear(hear(it, message(8)), message(9));
  expect(upToDate(it)).toBe(true);
});

test('a refused message says why; one for an ended room only waits', () => {
  const it = say(begin(seat), 'a', 'hello');
  const refused = refuse(it, { type: 'error', code: 'NOT_STORED', detail: '', re: 'a' });
  expect(refused.outbox[0]!.trouble).toBe('NOT_STORED');
  const over = refuse(it, { type: 'error', code: 'ROOM_ENDED', detail: '', re: 'a' });
  expect(over.outbox[0]!.trouble).toBeNull();
});

test('a member who is back is there, and one who is away is not writing', () => {
  let it = hear(begin(seat), { type: 'typing', room: 'r', from: 'c', on: true });
  expect(it.typing).toEqual(['c']);
  it = hear(it, { type: 'member', room: 'r', ...counsellor, state: 'AWAY' });
  expect(it.typing).toEqual([]);
  it = hear(it, { type: 'member', room: 'r', ...counsellor, state: 'BACK' });
  expect(it.members['c']!.state).toBe('JOINED');
});

test('seen never goes back', () => {
  let it = hear(begin(seat), { type: 'seen', room: 'r', from: 'c', seq: 5 });
  it = hear(it, { type: 'seen', room: 'r', from: 'c', seq: 3 });
  expect(it.seen['c']).toBe(5);
  expect(lastOfOthers(hear(it, message(6)))).toBe(6);
});

test('how far others have read does not count how far I have', () => {
  let it = hear(begin(seat), { type: 'seen', room: 'r', from: 'c', seq: 3 });
  it = hear(it, { type: 'seen', room: 'r', from: 'd', seq: 9 });
  expect(readByOthers(it)).toBe(3);
});

test('a talk that was handed over keeps its names and its sides after a reload', () => {
  const left = [
    { member: 'd1', role: 'DESK', name: 'A-001', state: 'LEFT' } as const,
    { member: 'c1', role: 'COUNSELLOR', name: 'Kim', state: 'LEFT' } as const,
  ];
  const here = [
    { member: 'd2', role: 'DESK', name: 'A-001', state: 'JOINED' } as const,
    { member: 'c2', role: 'COUNSELLOR', name: 'Lee', state: 'JOINED' } as const,
  ];
  const said = (seq: number, from: string) =>
    ({ type: 'message', room: 'r2', seq, id: `${seq}`, client_id: `x${seq}`, from, kind: 'TEXT', body: 'b', at: 't' }) as const;
  let talk = begin({ room: 'r2', you: 'd2', members: [...left, ...here], last_seq: 3 });
  for (const frame of [said(1, 'd1'), said(2, 'c1'), said(3, 'c2')]) talk = hear(talk, frame);
  expect(talk.told.map(({ mine }) => mine)).toEqual([true, false, false]);
  expect(talk.told.map(({ from }) => talk.members[from]?.name)).toEqual(['A-001', 'Kim', 'Lee']);
});
