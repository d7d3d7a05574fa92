import { beforeEach, describe, expect, test, vi } from 'vitest';

import { ApiError } from '../../lib/api';
import type { Invitation } from '../../lib/api.gen';
import type { Member, ServerFrame } from '../../lib/protocol.gen';
import { FakeStorage, FakeWorld } from '../../testing/fakes';
import { AGAIN_MS, Stay } from './stay';

const ticket = { room: 'r', key: 'k' };
const invitation: Invitation = { title: '설명회', info: null, picture: null, language: 'ko', members: 1, full: false, office: 'Office' };
const welcome: ServerFrame = { type: 'welcome', session: 's', heartbeat_s: 10, node: 'n' };
const me: Member = { member: 'g', role: 'GUEST', name: 'Lee', state: 'JOINED' };

let world: FakeWorld;
let storage: FakeStorage;
let read: ReturnType<typeof vi.fn<() => Promise<Invitation>>>;
let stay: Stay;

function seated(more: Partial<Extract<ServerFrame, { type: 'seated' }>> = {}): ServerFrame {
  const seat = { room: 'r', kind: 'GROUP', you: 'g', members: [me], last_seq: 0, watching: false } as const;
  return { type: 'seated', ...seat, members: [me], title: '설명회', resume: 'token', ...more };
}

const newStay = () => new Stay({ storage, timers: world.timers, socket: world, invitation: read });
const at = () => stay.state.value.stage.at;

beforeEach(() => {
  world = new FakeWorld();
  storage = new FakeStorage();
  read = vi.fn(() => Promise.resolve(invitation));
  stay = newStay();
});

async function atDoor(): Promise<void> {
  stay.begin(ticket);
  await expect.poll(at).toBe('DOOR');
}

async function inside(): Promise<void> {
  await atDoor();
  stay.type({ nickname: ' Lee ' });
  stay.join();
  world.link.opens();
  world.link.says(welcome, seated());
}

test('a guest reads the door, gives a name, and is in', async () => {
  await inside();
  expect(world.link.url).toContain('key=k');
  expect(world.link.of('join')).toEqual([{ type: 'join', room: 'r', nickname: 'Lee' }]);
  expect(at()).toBe('IN');
  expect(stay.room.value?.state.value.seat?.title).toBe('설명회');
});

test('without a name nobody goes in', async () => {
  await atDoor();
  stay.type({ nickname: '  ' });
  stay.join();
  expect(at()).toBe('DOOR');
  expect(world.links).toEqual([]);
});

test('a reload keeps the seat and the words that were not sent', async () => {
  await inside();
  world.link.closes(1006);
  stay.room.value!.say('hello');
  stay = newStay();
  stay.begin(null);
  world.link.opens();
  expect(world.link.of('resume')).toEqual([{ type: 'resume', token: 'token', after: 0 }]);
  world.link.says(welcome, seated());
  expect(world.link.of('say')).toMatchObject([{ body: 'hello' }]);
});

test('a reload in front of the door keeps the link and the name', async () => {
  await atDoor();
  stay.type({ nickname: 'Lee' });
  stay = newStay();
  stay.begin(null);
  await expect.poll(at).toBe('DOOR');
  expect(stay.state.value).toMatchObject({ ticket, guest: { nickname: 'Lee' } });
});

test('a drop is resumed from the last message heard', async () => {
  await inside();
  world.link.says({ type: 'message', room: 'r', seq: 1, id: '1', client_id: 'x', from: 'c', kind: 'TEXT', body: 'b', at: 't' });
  world.link.closes(1006);
  world.timers.advance(1_000);
  world.link.opens();
  expect(world.link.of('resume')).toEqual([{ type: 'resume', token: 'token', after: 1 }]);
});

test('leaving wipes everything', async () => {
  await inside();
  const { link } = world;
  stay.leave();
  expect(link.of('leave')).toEqual([{ type: 'leave', room: 'r' }]);
  expect(at()).toBe('LEFT');
  expect(storage.length).toBe(0);
  expect(stay.room.value).toBeNull();
  expect(stay.state.value).toMatchObject({ ticket: null, token: null, guest: { nickname: '' } });
});

test('a room that ends leaves its conversation on the screen and nothing on the device', async () => {
  await inside();
  world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
  world.link.closes(1000);
  expect(stay.state.value.stage).toEqual({ at: 'OVER', reason: 'DONE' });
  expect(storage.length).toBe(0);
  expect(stay.room.value).not.toBeNull();
  stay.wipe();
  expect(stay.room.value).toBeNull();
});

test('a full room sends a guest back to its door, with the name as it was', async () => {
  await atDoor();
  stay.type({ nickname: 'Lee' });
  stay.join();
  read.mockResolvedValue({ ...invitation, full: true });
  world.link.opens();
  world.link.says(welcome, { type: 'error', code: 'FULL', detail: '' });
  world.link.closes(1000);
  await expect.poll(at).toBe('DOOR');
  expect(stay.state.value).toMatchObject({ stage: { invitation: { full: true } }, guest: { nickname: 'Lee' } });
});

test('a name that somebody in the room has is said at the door, until another is typed', async () => {
  await atDoor();
  stay.type({ nickname: 'Kim' });
  stay.join();
  world.link.opens();
  world.link.says(welcome, { type: 'error', code: 'NAME_TAKEN', detail: '', re: 'r' });
  await expect.poll(at).toBe('DOOR');
  expect(stay.state.value).toMatchObject({ stage: { trouble: 'NAME_TAKEN' }, guest: { nickname: 'Kim' }, token: null });
  stay.type({ nickname: 'Lee' });
  expect(stay.state.value.stage).toMatchObject({ at: 'DOOR', trouble: null });
  stay.join();
  world.link.opens();
  expect(world.link.of('join')).toEqual([{ type: 'join', room: 'r', nickname: 'Lee' }]);
});

test('a seat that was given up meanwhile leads to the door again', async () => {
  await inside();
  world.link.closes(1006);
  world.timers.advance(1_000);
  world.link.opens();
  world.link.says(welcome, { type: 'error', code: 'TOKEN_EXPIRED', detail: '' });
  await expect.poll(at).toBe('DOOR');
  expect(stay.state.value.token).toBeNull();
  stay.join();
  world.link.opens();
  expect(world.link.of('join')).toHaveLength(1);
});

test('a wrong link, and one whose room is over, say so', async () => {
  read.mockRejectedValue(new ApiError({ status: 404, code: 'NOT_FOUND' }, null));
  stay.begin(ticket);
  await expect.poll(at).toBe('DEAD');
  expect(storage.length).toBe(0);
});

test('no link at all is told apart', () => {
  stay.begin(null);
  expect(at()).toBe('NO_LINK');
  expect(read).not.toHaveBeenCalled();
});

test('a server that cannot be reached is asked again by itself', async () => {
  read.mockRejectedValueOnce(new TypeError('network'));
  stay.begin(ticket);
  await expect.poll(at).toBe('LOST');
  world.timers.advance(AGAIN_MS);
  await expect.poll(at).toBe('DOOR');
});

describe('a newer window takes the seat', () => {
  test('this one says so, and takes it back by hand only, with what was unsent', async () => {
    await inside();
    stay.room.value!.say('half sent');
    const [said] = world.link.of('say');
    world.link.closes(4001);
    expect(at()).toBe('ELSEWHERE');
    const { length } = world.links;
    world.timers.advance(60_000);
    expect(world.links).toHaveLength(length);
    stay.takeBack();
    world.link.opens();
    world.link.says(welcome);
    expect(world.link.of('resume')).toMatchObject([{ token: 'token' }]);
    world.link.says(seated());
    expect(at()).toBe('IN');
    expect(world.link.of('say')).toEqual([said]);
  });

  test('a reload of this one leaves it there', async () => {
    await inside();
    world.link.closes(4001);
    const { length } = world.links;
    stay = newStay();
    stay.begin(null);
    expect(at()).toBe('ELSEWHERE');
    expect(world.links).toHaveLength(length);
    stay.takeBack();
    expect(world.links).toHaveLength(length + 1);
  });

  test('one that left there leaves nothing to take back', async () => {
    await inside();
    world.link.closes(4001);
    stay.takeBack();
    world.link.opens();
    world.link.says(welcome, { type: 'error', code: 'BAD_TOKEN', detail: '' });
    await expect.poll(at).toBe('DOOR');
  });
});

test('a guest on a line that dies takes the seat again', async () => {
  await inside();
  world.timers.advance(27_000);
  world.link.opens();
  world.link.says(welcome);
  expect(world.link.of('resume')).toMatchObject([{ token: 'token' }]);
});
