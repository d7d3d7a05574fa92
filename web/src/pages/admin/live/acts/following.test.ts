import { beforeEach, expect, test } from 'vitest';

import { FakeTimers } from '../../../../testing/fakes';
import { counsellor, room, ticket } from '../../../../testing/live';
import { Feed } from '../feed';
import type { LiveRoom, StreamEvent } from '../state';
import { follow, SETTLE_MS, type Outcome } from './following';

const before = room('1', { consultation: 'v', counsellor: { account: 'kim', name: 'Kim' } });
const after = room('2', { consultation: 'v', counsellor: { account: 'lee', name: 'Lee' } });
const kim = counsellor('kim', { activity: 'TALKING' });

let feed: Feed;
let timers: FakeTimers;
let told: Outcome[];
let frame: (() => void) | null;

beforeEach(() => {
  feed = new Feed({
    schedule: (run) => {
      frame = run;
      return () => undefined;
    },
  });
  timers = new FakeTimers();
  told = [];
  feed.take({ type: 'snapshot', data: { rooms: [before], tickets: [], counsellors: [kim, counsellor('lee')] } });
});

const begin = (goal: { counsellor: string } | { line: string } = { counsellor: 'lee' }) =>
  follow(feed, { room: before, goal }, (outcome) => told.push(outcome), timers);
const take = (event: StreamEvent) => {
  feed.take(event);
  frame?.();
};
const lee = (activity: 'OFFERED' | 'IDLE' | 'TALKING', account = 'lee') =>
  take({ type: 'counsellor', data: { op: 'put', id: account, item: counsellor(account, { activity }) } });
const put = (item: LiveRoom) => take({ type: 'room', data: { op: 'put', id: item.room, item } });
const drop = (id: string) => take({ type: 'room', data: { op: 'drop', id } });

test('who accepts is named, once', () => {
  begin();
  lee('OFFERED');
  timers.advance(SETTLE_MS * 3);
  expect(told).toEqual([]);
  drop('1');
  put(after);
  timers.advance(SETTLE_MS);
  expect(told).toEqual([{ what: 'TAKEN', by: 'Lee' }]);
});

test('nobody has taken it when nobody is asked any more', () => {
  begin({ line: 'GENERAL' });
  lee('OFFERED');
  lee('IDLE');
  timers.advance(SETTLE_MS - 1);
  // The next one of the line is asked.
  lee('OFFERED', 'park');
  timers.advance(SETTLE_MS * 5);
  expect(told).toEqual([]);
  lee('IDLE', 'park');
  timers.advance(SETTLE_MS);
  expect(told).toEqual([{ what: 'STAYED' }]);
});

test('others who are asked about others do not count', () => {
  begin();
  lee('OFFERED', 'park');
  timers.advance(SETTLE_MS);
  expect(told).toEqual([{ what: 'STAYED' }]);
});

test('a talk that ended first, or whose visitor waits again, is told as that', () => {
  begin();
  lee('OFFERED');
  drop('1');
  timers.advance(SETTLE_MS);
  expect(told).toEqual([{ what: 'OVER' }]);
  put(before);
  begin();
  drop('1');
  take({ type: 'ticket', data: { op: 'put', id: 'v', item: ticket('v') } });
  timers.advance(SETTLE_MS);
  expect(told.at(-1)).toEqual({ what: 'RETURNED' });
});

test('while the stream is cut nothing is concluded, and nothing is told to who sits here next', () => {
  begin();
  feed.connection('RETRYING');
  timers.advance(SETTLE_MS * 2);
  expect(told).toEqual([]);
  feed.reset();
  feed.take({ type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
  timers.advance(SETTLE_MS * 2);
  expect(told).toEqual([]);
});
