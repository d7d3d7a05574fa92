import { beforeEach, expect, test } from 'vitest';

import { FakeWorld } from '../testing/fakes';
import type { Member, ServerFrame } from './protocol.gen';
import { Room } from './room';
import { STABLE_MS } from './socket';

const desk: Member = { member: 'd', role: 'DESK', name: 'Lee', state: 'JOINED' };
const counsellor: Member = { member: 'c', role: 'COUNSELLOR', name: 'Kim', state: 'JOINED' };
const welcome: ServerFrame = { type: 'welcome', session: 's', heartbeat_s: 10, node: 'n' };

type Seated = Extract<ServerFrame, { type: 'seated' }>;

function seated(more: Partial<Seated> = {}): Seated {
  const members = [desk, counsellor];
  return { type: 'seated', room: 'r', kind: 'CONSULTATION', you: 'm', members, last_seq: 0, watching: true, ...more };
}

function message(seq: number, room = 'r'): ServerFrame {
  return { type: 'message', room, seq, id: `${seq}`, client_id: `x${seq}`, from: 'd', kind: 'TEXT', body: `${seq}`, at: 't' };
}

let world: FakeWorld;
let room: Room;
let isGone: boolean;

beforeEach(() => {
  world = new FakeWorld();
  isGone = false;
  room = new Room('r', { url: (id) => `ws://here/ws/room?room=${id}`, isGone: () => Promise.resolve(isGone), socket: world });
  room.start();
  world.link.opens();
  world.link.says(welcome);
});

const now = () => room.state.value;

function drop(): void {
  world.link.closes(1006);
  world.timers.advance(1_000);
  world.link.opens();
  world.link.says(welcome);
}

test('a supervisor watches at once and asks for what was said before', () => {
  world.link.says(seated({ last_seq: 2 }));
  expect(now()).toMatchObject({ fresh: false, seat: { watching: true, kind: 'CONSULTATION' } });
  expect(world.link.of('replay')).toEqual([{ type: 'replay', room: 'r', after: 0 }]);
  world.link.says(message(1), message(2));
  expect(now().conversation?.told).toHaveLength(2);
});

test('who watches sends no signs of life: neither typing nor what was read', () => {
  world.link.says(seated(), message(1));
  room.typing(true);
  world.timers.advance(10_000);
  expect(world.link.of('typing')).toEqual([]);
  expect(world.link.of('seen')).toEqual([]);
  world.link.says(seated({ last_seq: 1, watching: false }));
  room.typing(true);
  world.timers.advance(600);
  expect(world.link.of('typing')).toHaveLength(1);
  expect(world.link.of('seen')).toMatchObject([{ seq: 1 }]);
});

test('joining and leaving change the seat and nothing else', () => {
  world.link.says(seated(), message(1));
  expect(room.join()).toBe(true);
  world.link.says(seated({ watching: false, last_seq: 1 }));
  expect(now().seat?.watching).toBe(false);
  expect(world.link.of('replay')).toEqual([]);
  room.leave();
  world.link.says(seated({ last_seq: 1 }));
  expect(now()).toMatchObject({ seat: { watching: true }, conversation: { told: [{ seq: 1 }] } });
});

test('a whisper is a whisper on the wire, and never a message', () => {
  world.link.says(seated());
  room.whisper('be gentle');
  expect(world.link.of('say')).toEqual([]);
  const [sent] = world.link.of('whisper');
  expect(sent).toMatchObject({ room: 'r', body: 'be gentle' });
  world.link.says({ type: 'whispered', room: 'r', client_id: sent!.client_id, id: 'w', at: '1' });
  expect(now().whispers).toMatchObject({ told: [{ body: 'be gentle', mine: true }], outbox: [] });
});

test('nothing is lost with the connection: whispers and words go again under the same name, what was missed is asked for', () => {
  world.link.says(seated({ watching: false }), message(1));
  world.link.closes(1006);
  room.whisper('hush');
  room.say('hello');
  expect(now().connection).toBe('RETRYING');
  world.timers.advance(1_000);
  world.link.opens();
  world.link.says(welcome);
  expect(world.link.of('whisper')).toEqual([]);
  world.link.says(seated({ watching: false, last_seq: 2 }));
  expect(world.link.of('replay')).toEqual([{ type: 'replay', room: 'r', after: 1 }]);
  const [first] = world.link.of('whisper');
  // Words follow only once everything before them has been heard.
  expect(world.link.of('say')).toEqual([]);
  world.link.says(message(2));
  expect(world.link.of('say')).toMatchObject([{ body: 'hello' }]);
  drop();
  world.link.says(seated({ watching: false, last_seq: 2 }));
  expect(world.link.of('whisper')).toEqual([first]);
});

test('a whisper the disk did not take is tried again', () => {
  world.link.says(seated());
  room.whisper('hush');
  const re = world.link.of('whisper')[0]!.client_id;
  world.link.says({ type: 'error', code: 'NOT_STORED', detail: '', re });
  expect(now().whispers.outbox).toMatchObject([{ trouble: 'NOT_STORED' }]);
  world.timers.advance(2_000);
  expect(world.link.of('whisper')).toHaveLength(2);
});

test('after a hand-over one can follow into the next room with all that was said', () => {
  world.link.says(seated(), message(1));
  world.link.says({ type: 'ended', room: 'r', reason: 'TRANSFERRED', next_room: 'r2' });
  world.link.closes(1000);
  expect(now().next_room).toBe('r2');
  room.follow();
  expect(world.link.url).toBe('ws://here/ws/room?room=r2');
  world.link.opens();
  world.link.says(welcome, seated({ room: 'r2', you: 'm2', last_seq: 2 }), message(2, 'r2'));
  expect(now()).toMatchObject({ next_room: null, stopped: null, conversation: { room: 'r2', ended: null } });
  expect(now().conversation?.told).toHaveLength(2);
});

test('a room that is not for us is not knocked at for ever', async () => {
  room.stop();
  room = new Room('r', { url: () => 'ws://here', isGone: () => Promise.resolve(isGone), socket: world });
  room.start();
  isGone = true;
  world.link.closes(1006);
  await expect.poll(() => now().gone).toBe(true);
  const tries = world.links.length;
  world.timers.advance(60_000);
  expect(world.links).toHaveLength(tries);
});

test('a server that is only down is tried again', async () => {
  room.stop();
  room = new Room('r', { url: () => 'ws://here', isGone: () => Promise.reject(new Error('down')), socket: world });
  room.start();
  world.link.closes(1006);
  await Promise.resolve();
  const tries = world.links.length;
  world.timers.advance(1_000);
  expect(now().gone).toBe(false);
  expect(world.links.length).toBeGreaterThan(tries);
});

test('what a supervisor wanted on a line that died is said again on the next', () => {
  world.link.says(seated());
  room.join();
  world.timers.advance(27_000);
  world.link.opens();
  world.link.says(welcome, seated());
  expect(world.link.of('join')).toEqual([{ type: 'join', room: 'r' }]);
  world.link.says(seated({ watching: false }));
  world.timers.advance(STABLE_MS);
  drop();
  world.link.says(seated({ watching: false }));
  expect(world.link.of('join')).toEqual([]);
});

test('what was refused is not said again', () => {
  world.link.says(seated());
  room.join();
  world.link.says({ type: 'error', code: 'NOT_ALLOWED', detail: '', re: 'r' });
  drop();
  world.link.says(seated());
  expect(world.link.of('join')).toEqual([]);
});
