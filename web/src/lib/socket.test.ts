import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { FakeWorld } from '../testing/fakes';
import { BACK_OFF_MAX_MS, BACK_OFF_MIN_MS, DRAIN_JITTER_MS, type Farewell } from './close';
import { ANSWER_MS_MAX, BLOCKED_AGAIN_MS, BLOCKED_MS, CONNECT_MS_MAX, Socket, STABLE_MS, type Connection } from './socket';
import { isForbidden } from './socket-world';

const welcome = { type: 'welcome', session: 's', heartbeat_s: 10, node: 'n' } as const;

let world: FakeWorld;
let socket: Socket;
let statuses: Connection[];
let farewells: Farewell[];
let frames: string[];
let opened: number;
let refused: number;

beforeEach(() => {
  world = new FakeWorld();
  statuses = [];
  farewells = [];
  frames = [];
  opened = refused = 0;
  socket = new Socket(
    () => 'ws://here/ws/desk',
    {
      opened: () => (opened += 1),
      frame: (frame) => frames.push(frame.type),
      status: (connection) => statuses.push(connection),
      farewell: (why) => farewells.push(why),
      refused: () => (refused += 1),
    },
    world,
  );
});

function open(): void {
  socket.start();
  world.link.opens();
}

test('it names the subprotocol and says that it is open', () => {
  open();
  expect(world.link.protocol).toBe('anteroom.v1');
  expect(statuses).toEqual(['CONNECTING', 'OPEN']);
  expect(opened).toBe(1);
  world.link.says(welcome);
  expect(frames).toEqual(['welcome']);
});

describe('a close code that ends it', () => {
  test.each<[number, Farewell]>([
    [1000, 'DONE'],
    [1002, 'FAULT'],
    [1003, 'FAULT'],
    [1007, 'FAULT'],
    [1009, 'FAULT'],
    [4001, 'REPLACED'],
    [4003, 'NOT_ALLOWED'],
  ])('%i never comes back and says %s', (code, why) => {
    open();
    world.link.closes(code);
    world.timers.advance(3_600_000);
    expect(farewells).toEqual([why]);
    expect(statuses.at(-1)).toBe('CLOSED');
    expect(world.links).toHaveLength(1);
    expect(world.timers.pending).toBe(0);
  });
});

describe('a close code that it comes back from', () => {
  test.each([1013, 4008, 4009, 1006, 1005, 1011, 1012])('%i returns after a back-off', (code) => {
    open();
    world.link.closes(code);
    expect(statuses.at(-1)).toBe('RETRYING');
    world.timers.advance(BACK_OFF_MIN_MS - 1);
    expect(world.links).toHaveLength(1);
    world.timers.advance(BACK_OFF_MIN_MS);
    expect(world.links).toHaveLength(2);
    expect(farewells).toEqual([]);
  });

  test('1001 returns at once, spread over a second', () => {
    open();
    world.timers.chance = 0;
    world.link.closes(1001);
    world.timers.advance(0);
    expect(world.links).toHaveLength(2);
    world.link.opens();
    world.timers.chance = 0.999;
    world.link.closes(1001);
    world.timers.advance(DRAIN_JITTER_MS - 2);
    expect(world.links).toHaveLength(2);
    world.timers.advance(2);
    expect(world.links).toHaveLength(3);
  });
});

test('4010 loads the page anew once, and then gives up', () => {
  open();
  world.link.closes(4010);
  expect(world.reloads).toBe(1);
  expect(farewells).toEqual([]);
  socket.start();
  world.link.opens();
  world.link.closes(4010);
  expect(world.reloads).toBe(1);
  expect(farewells).toEqual(['OUTDATED']);
});

test('a welcome forgets the reload before it', () => {
  open();
  world.link.closes(4010);
  socket.start();
  world.link.opens();
  world.link.says(welcome);
  world.link.closes(4010);
  expect(world.reloads).toBe(2);
});

test('the back-off grows with full jitter up to ten seconds', () => {
  world.timers.chance = 0.999999;
  socket.start();
  const waits: number[] = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const before = world.timers.now();
    const count = world.links.length;
    world.link.closes(1006);
    while (world.links.length === count) world.timers.advance(10);
    waits.push(world.timers.now() - before);
  }
  expect(waits[0]).toBeLessThanOrEqual(2 * BACK_OFF_MIN_MS + 10);
  expect(waits[2]).toBeGreaterThan(waits[1]!);
  expect(waits.at(-1)).toBeGreaterThan(BACK_OFF_MAX_MS - 20);
  expect(Math.max(...waits)).toBeLessThanOrEqual(BACK_OFF_MAX_MS + 10);
});

test('only a connection that lasted forgets the failures before it', () => {
  world.timers.chance = 0.999999;
  socket.start();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    world.link.opens();
    world.link.closes(1013);
    world.timers.advance(BACK_OFF_MAX_MS);
  }
  world.link.opens();
  world.timers.advance(STABLE_MS);
  const count = world.links.length;
  world.link.closes(1006);
  world.timers.advance(2 * BACK_OFF_MIN_MS);
  expect(world.links).toHaveLength(count + 1);
});

test('a connection that does not open in time is tried anew', () => {
  socket.start();
  world.timers.advance(CONNECT_MS_MAX + 2 * BACK_OFF_MIN_MS);
  expect(world.links).toHaveLength(2);
});

test('silence where an answer is due means that the other end is gone', () => {
  open();
  socket.send({ type: 'cancel' });
  world.timers.advance(ANSWER_MS_MAX + 2 * BACK_OFF_MIN_MS);
  expect(world.links).toHaveLength(2);
});

test('any frame is an answer, and typing needs none', () => {
  open();
  socket.send({ type: 'typing', room: 'r', on: true });
  socket.send({ type: 'cancel' });
  for (let beat = 0; beat < 12; beat += 1) {
    world.link.says(beat === 0 ? welcome : { type: 'beat' });
    world.timers.advance(10_000);
  }
  expect(world.links).toHaveLength(1);
  expect(frames).toEqual(['welcome']);
});

describe('a line that dies without a word', () => {
  const SILENT_MS = 2.5 * 1000 * welcome.heartbeat_s;

  test('is given up after two and a half heartbeats, and comes back', () => {
    open();
    world.link.says(welcome);
    world.timers.advance(SILENT_MS - 100);
    expect(statuses.at(-1)).toBe('OPEN');
    world.timers.advance(1_000);
    expect(statuses.at(-1)).toBe('RETRYING');
    world.timers.advance(1_000);
    expect(world.links).toHaveLength(2);
    expect(world.links[0]!.readyState).toBe(3);
  });

  test('before the first word is given up, too', () => {
    open();
    world.timers.advance(12_000);
    expect(world.links).toHaveLength(2);
  });

  test('is noticed at once by a page that wakes from sleep', () => {
    open();
    world.link.says(welcome);
    world.timers.sleep(3_600_000);
    world.wakes();
    world.timers.advance(1_500);
    expect(world.links).toHaveLength(2);
  });

  test('a page that wakes does not sit out a long wait for the next try', () => {
    world.timers.chance = 0.999999;
    socket.start();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      world.link.closes(1006);
      world.timers.advance(BACK_OFF_MAX_MS);
    }
    world.link.closes(1006);
    const count = world.links.length;
    world.wakes();
    world.timers.advance(2 * BACK_OFF_MIN_MS);
    expect(world.links).toHaveLength(count + 1);
  });
});

describe('sockets that are kept out on the way', () => {
  const asked = () => Promise.resolve();

  test('are said after ten seconds, and still tried', async () => {
    socket.start();
    world.timers.advance(BLOCKED_MS - 1);
    expect(statuses).not.toContain('BLOCKED');
    world.timers.advance(1);
    await asked();
    expect(statuses.at(-1)).toBe('BLOCKED');
    world.timers.advance(BACK_OFF_MAX_MS);
    expect(statuses.at(-1)).toBe('BLOCKED');
    world.link.opens();
    expect(statuses.at(-1)).toBe('OPEN');
  });

  test('are not blamed on the way where the server itself is away, or refuses', async () => {
    world.answersPlainly = false;
    socket.start();
    for (let tries = 0; tries < 10; tries += 1) {
      world.timers.advance(BLOCKED_MS);
      await asked();
    }
    expect(statuses).not.toContain('BLOCKED');
  });

  test('are doubted later where one has been open: most often the server is just back', async () => {
    open();
    world.link.closes(1006);
    world.timers.advance(BLOCKED_MS);
    await asked();
    expect(statuses).not.toContain('BLOCKED');
    world.timers.advance(BLOCKED_AGAIN_MS);
    await asked();
    expect(statuses).toContain('BLOCKED');
  });
});

test('the network that comes back cuts a long wait short', () => {
  world.timers.chance = 0.999999;
  socket.start();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    world.link.closes(1006);
    world.timers.advance(BACK_OFF_MAX_MS);
  }
  world.link.closes(1006);
  const count = world.links.length;
  world.network(true);
  world.timers.advance(2 * BACK_OFF_MIN_MS);
  expect(world.links).toHaveLength(count + 1);
});

test('the network that goes away drops the connection at once', () => {
  open();
  world.network(false);
  expect(statuses.at(-1)).toBe('RETRYING');
  expect(socket.send({ type: 'cancel' })).toBe(false);
});

test('what an abandoned connection still says is not heard', () => {
  open();
  const old = world.link;
  world.network(false);
  old.says(welcome);
  old.closes(4001);
  expect(frames).toEqual([]);
  expect(farewells).toEqual([]);
});

test('a try that never opened asks whether the log-in still holds', () => {
  socket.start();
  world.link.closes(1006);
  expect(refused).toBe(1);
  world.timers.advance(BACK_OFF_MAX_MS);
  world.link.opens();
  world.link.closes(1006);
  expect(refused).toBe(1);
});

test('a stopped socket leaves nothing behind', () => {
  open();
  socket.stop();
  world.timers.advance(3_600_000);
  expect(world.links).toHaveLength(1);
  expect(world.timers.pending).toBe(0);
  expect(statuses.at(-1)).toBe('CLOSED');
});

describe('why a handshake was refused is asked at its own address', () => {
  afterEach(() => vi.unstubAllGlobals());

  test.each([
    [403, true],
    [400, false],
    [401, false],
    [426, false],
    [429, false],
    [503, false],
  ])('%i: for good is %s', async (status, forbidden) => {
    const fetch = vi.fn((_url: string) => Promise.resolve(new Response(null, { status })));
    vi.stubGlobal('fetch', fetch);
    expect(await isForbidden('wss://here/ws/desk?desk=d&key=k')).toBe(forbidden);
    expect(fetch.mock.calls[0]![0]).toBe('https://here/ws/desk?desk=d&key=k');
  });

  test('without a network nothing is known', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    expect(await isForbidden('ws://here/ws/desk')).toBe(false);
  });
});
