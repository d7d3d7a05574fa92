import { expect, test } from 'vitest';

import type { Colleague } from '../../../lib/api.gen';
import { counsellor, room, ticket } from '../../../testing/live';
import { barOf, inOrder, staffOf } from './acts/acts';
import { counsellorIds, everything, roomIds, sameOrder, ticketIds, turned } from './select';

const member = (name: string) => ({ member: name, role: 'DESK' as const, name, picture: null, state: 'JOINED' as const });
const at = (minute: string) => `2026-01-01T09:${minute}:00.000Z`;

const rooms = new Map(
  [
    room('r1', { number: 'A-10', opened_at: at('02'), last_seq: 5, members: [member('Kim Hana')] as never }),
    room('r2', { number: 'A-9', opened_at: at('01'), line: 'TAX', counsellor: { account: 'x', name: '박하은' } }),
    room('r3', { number: 'B-1', opened_at: at('03'), last_seq: 9, counsellor: undefined }),
  ].map((one) => [one.room, one]),
);

test('rooms stand as the column asks, and the other way round', () => {
  const by = (by: Parameters<typeof roomIds>[2]['by'], down = false) => roomIds(rooms, everything, { by, down });
  expect(by('running')).toEqual(['r2', 'r1', 'r3']);
  expect(by('running', true)).toEqual(['r3', 'r1', 'r2']);
  expect(by('number')).toEqual(['r2', 'r1', 'r3']);
  expect(by('messages')).toEqual(['r3', 'r1', 'r2']);
  expect(by('line')).toEqual(['r1', 'r3', 'r2']);
  expect(by('counsellor')).toEqual(['r3', 'r1', 'r2']);
});

test('a query narrows by line, by counsellor, and by every word of its text', () => {
  const ids = (query: Partial<typeof everything>) => roomIds(rooms, { ...everything, ...query }, { by: 'running', down: false });
  expect(ids({ line: 'TAX' })).toEqual(['r2']);
  expect(ids({ counsellor: 'x' })).toEqual(['r2']);
  expect(ids({ text: ' hana  a-1 ' })).toEqual(['r1']);
  expect(ids({ text: '하은' })).toEqual(['r2']);
  expect(ids({ text: 'nobody' })).toEqual([]);
});

test('a counsellor’s tickets are those of the lines they serve', () => {
  const tickets = new Map([ticket('a'), ticket('b', { line: 'TAX', here: false })].map((one) => [one.ticket, one]));
  const sort = { by: 'waited' as const, down: false };
  expect(ticketIds(tickets, { ...everything, counsellor: 'x' }, ['TAX'], sort)).toEqual(['b']);
  expect(ticketIds(tickets, everything, [], { by: 'stage', down: false })).toEqual(['b', 'a']);
});

test('counsellors who are there and open come first, then by name', () => {
  const counsellors = new Map(
    [
      counsellor('b'),
      counsellor('a', { connected: false }),
      counsellor('c', { intent: 'PAUSED' }),
      counsellor('d', { activity: 'TALKING', held: 2, lines: ['TAX'] }),
      counsellor('나'),
      counsellor('가'),
    ].map((one) => [one.account, one]),
  );
  const ids = (by: Parameters<typeof counsellorIds>[2]['by'], query = everything) => counsellorIds(counsellors, query, { by, down: false });
  expect(ids('present')).toEqual(['가', '나', 'b', 'd', 'c', 'a']);
  expect(ids('held')[0]).toBe('d');
  expect(ids('counsellor', { ...everything, line: 'TAX' })).toEqual(['d']);
});

test('an order is the same only with the same rows in the same places', () => {
  expect(sameOrder(['a', 'b'], ['a', 'b'])).toBe(true);
  expect(sameOrder(['a', 'b'], ['b', 'a'])).toBe(false);
  expect(sameOrder(['a', 'b'], ['a'])).toBe(false);
});

test('a column that is chosen again is turned round', () => {
  expect(turned({ by: 'x', down: false }, 'x')).toEqual({ by: 'x', down: true });
  expect(turned({ by: 'x', down: true }, 'y')).toEqual({ by: 'y', down: false });
});

test('ten thousand rooms are narrowed and sorted', () => {
  const many = new Map(Array.from({ length: 10_000 }, (_, index) => [`r${index}`, room(`r${index}`, { number: `A-${index}` })]));
  expect(roomIds(many, { ...everything, text: 'a-99' }, { by: 'number', down: true })[0]).toBe('r9999');
});

const colleague = (id: string, unlike: Partial<Colleague> = {}): Colleague => ({
  id,
  name: id,
  intent: 'OPEN',
  reason: null,
  activity: 'IDLE',
  connected: true,
  free: 1,
  lines: [],
  ...unlike,
});

test('a colleague who cannot be asked is shown with why, after those who can', () => {
  const here = room('r', { counsellor: { account: 'self', name: 'self' } });
  const people = [
    colleague('self'),
    colleague('away', { connected: false }),
    colleague('paused', { intent: 'PAUSED' }),
    colleague('full', { free: 0 }),
    colleague('ready'),
  ];
  expect(people.map((one) => barOf(one, here))).toEqual(['SELF', 'AWAY', 'PAUSED', 'FULL', null]);
  expect(inOrder(people, here)[0]!.id).toBe('ready');
});

test('of a line’s staff only those count who are there and open', () => {
  const staff = [counsellor('a'), counsellor('b', { held: 1 }), counsellor('c', { connected: false }), counsellor('d', { lines: ['TAX'] })];
  expect(staffOf(staff, 'GENERAL')).toEqual({ there: 2, free: 1 });
});
