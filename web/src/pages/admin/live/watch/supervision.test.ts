import { beforeEach, expect, test } from 'vitest';

import type { Member, ServerFrame } from '../../../../lib/protocol.gen';
import { FakeWorld } from '../../../../testing/fakes';
import { Supervision } from './supervision';

const desk: Member = { member: 'd', role: 'DESK', name: 'Lee', state: 'JOINED' };

function seated(room: string, watching = true): ServerFrame {
  return { type: 'seated', room, kind: 'CONSULTATION', you: 'm', members: [desk], last_seq: 0, watching };
}

let world: FakeWorld;
let supervision: Supervision;

beforeEach(() => {
  world = new FakeWorld();
  supervision = new Supervision({ socket: world, isGone: () => Promise.resolve(false) });
  supervision.open('r');
  world.link.opens();
  world.link.says(seated('r'));
});

test('whoever only watches goes without a word', () => {
  supervision.close();
  expect(world.link.of('leave')).toEqual([]);
  expect(supervision.room.value).toBeNull();
});

test('whoever joined talks, and leaves the conversation by closing the pane', () => {
  supervision.join();
  expect(supervision.voice.value).toBe('SAY');
  world.link.says(seated('r', false));
  supervision.close();
  expect(world.link.of('leave')).toEqual([{ type: 'leave', room: 'r' }]);
});

test('without a connection nobody joins, and the next words stay whispers', () => {
  world.link.closes(1006);
  supervision.join();
  expect(supervision.voice.value).toBe('WHISPER');
});

test('the same room is not opened twice, another is opened afresh', () => {
  supervision.drafts.whisper = 'half';
  supervision.open('r');
  expect(world.links).toHaveLength(1);
  supervision.open('other');
  expect(world.link.url).toContain('room=other');
  expect(supervision.drafts.whisper).toBe('');
});

test('into the room that continues this one, what is half written comes along', () => {
  supervision.drafts.whisper = 'half';
  world.link.says({ type: 'ended', room: 'r', reason: 'TRANSFERRED', next_room: 'next' });
  supervision.open('next');
  expect(world.link.url).toContain('room=next');
  expect(supervision.followed.value).toBe(true);
  expect(supervision.drafts.whisper).toBe('half');
});
