import { expect, test } from 'vitest';

import type { ServerFrame } from './protocol.gen';
import { hearWhisper, refuseWhisper, silent, whisper, whispered, whisperedInDraft, type Whispers } from './whispers';

type Told = Extract<ServerFrame, { type: 'whisper' }>;

function told(id: string, at: string, more: Partial<Told> = {}): Told {
  const from = { name: 'Park', role: 'MANAGER' } as const;
  return { type: 'whisper', room: 'r', id, client_id: `c${id}`, from, mine: false, body: id, at, ...more };
}

const ids = ({ told }: Whispers) => told.map(({ id }) => id);

test('whispers stand by their moments, each once, however they arrive', () => {
  let it = silent;
  for (const [id, at] of [['a', '1'], ['c', '3'], ['b', '2'], ['c', '3']] as const) it = hearWhisper(it, told(id, at));
  expect(ids(it)).toEqual(['a', 'b', 'c']);
});

test('a whisper of mine leaves the outbox once it is on file, and is shown once', () => {
  let it = whisper(silent, 'x', 'be gentle');
  expect(it.outbox).toHaveLength(1);
  it = hearWhisper(it, { type: 'whispered', room: 'r', client_id: 'x', id: 'w', at: '1' });
  it = hearWhisper(it, told('w', '1', { client_id: 'x', mine: true, body: 'be gentle' }));
  expect(it.outbox).toEqual([]);
  expect(it.told).toMatchObject([{ id: 'w', mine: true, body: 'be gentle' }]);
});

test('one that comes back before its receipt leaves the outbox too', () => {
  const it = hearWhisper(whisper(silent, 'x', 'hush'), told('w', '1', { client_id: 'x', mine: true }));
  expect(it.outbox).toEqual([]);
});

test('a receipt for a whisper of another window changes nothing', () => {
  expect(hearWhisper(silent, { type: 'whispered', room: 'r', client_id: 'y', id: 'w', at: '1' })).toBe(silent);
});

test('a refused whisper stays, with the reason', () => {
  const it = refuseWhisper(whisper(silent, 'x', 'hush'), { type: 'error', code: 'NOT_ALLOWED', detail: '', re: 'x' });
  expect(it.outbox).toMatchObject([{ body: 'hush', trouble: 'NOT_ALLOWED' }]);
});

test.each([
  ['/w be gentle', 'be gentle'],
  ['/W be gentle', 'be gentle'],
  ['  /w   be gentle', 'be gentle'],
  ['/w\nbe gentle', 'be gentle'],
  // The same two keys with Korean letters on.
  ['/ㅈ 천천히', '천천히'],
  ['/w', ''],
  ['/w ', ''],
  ['/wait', null],
  ['/ㅈ금', null],
  ['a /w b', null],
  ['w hello', null],
  ['', null],
])('%j whispers %j', (body, rest) => {
  expect(whispered(body)).toBe(rest);
});

test.each([
  ['/w b', 'b'],
  ['/w ', ''],
  // Not yet: it may become the name of a reply.
  ['/w', null],
  ['/wait', null],
])('%j, still being written, whispers %j', (body, rest) => {
  expect(whisperedInDraft(body)).toBe(rest);
});
