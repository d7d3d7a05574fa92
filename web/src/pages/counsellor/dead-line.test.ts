import { beforeEach, describe, expect, test } from 'vitest';

import type { RoomBrief, ServerFrame } from '../../lib/protocol.gen';
import { brief, matched, message, offer, state, welcome } from '../../testing/counsellor-frames';
import { FakeStorage, FakeWorld } from '../../testing/fakes';
import { unread } from './tabs';
import { WISH_MS_MAX } from './wishes';
import { Workplace, WRAP_UP_MS } from './workplace';

// What a counsellor's page says and keeps when nothing says that it was heard.

let world: FakeWorld;
let storage: FakeStorage;
let workplace: Workplace;
/** What the record of a talk says. */
let written: { result_code: string | null; memo: string | null } | null;
let shown: boolean;

const paused = (...rooms: RoomBrief[]): ServerFrame => ({ ...state(...rooms), intent: 'PAUSED' }) as ServerFrame;
const settled = () => new Promise((resolve) => setTimeout(resolve));
const now = () => workplace.state.value;

function come(): void {
  workplace = new Workplace({
    url: () => 'ws://here/ws/counsellor',
    storage,
    socket: world,
    talks: () => Promise.resolve([]),
    written: () => Promise.resolve(written),
    isShown: () => shown,
    doubtful: () => undefined,
  });
  workplace.start('kim');
  world.link.opens();
}

beforeEach(() => {
  world = new FakeWorld();
  storage = new FakeStorage();
  written = null;
  shown = true;
  come();
  world.link.says(welcome, paused());
});

/** The line dies: nothing is closed, nothing comes. The page finds out by itself. */
function dies(): void {
  const { length } = world.links;
  world.timers.advance(27_000);
  expect(world.links.length).toBeGreaterThan(length);
  world.link.opens();
  world.link.says(welcome);
}

test('a quiet screen on a dead line says so', () => {
  world.timers.advance(26_000);
  expect(now().connection).not.toBe('OPEN');
});

describe('what was wanted on a line that died is said again on the next', () => {
  test('being open for work', () => {
    workplace.open();
    dies();
    world.link.says(paused());
    expect(world.link.of('open')).toHaveLength(1);
  });

  test('a pause, with its reason', () => {
    world.link.says(state());
    workplace.pause('LUNCH');
    dies();
    world.link.says(state());
    expect(world.link.of('pause')).toEqual([{ type: 'pause', reason: 'LUNCH' }]);
  });

  test('nothing that the server shows to be so', () => {
    workplace.open();
    dies();
    world.link.says(state());
    expect(world.link.of('open')).toEqual([]);
    world.link.says(paused());
    dies();
    world.link.says(paused());
    expect(world.link.of('open')).toEqual([]);
  });

  test('nor what it refused, nor what is long ago', () => {
    workplace.open();
    world.link.says({ type: 'error', code: 'NOT_ALLOWED', detail: '' });
    dies();
    world.link.says(paused());
    expect(world.link.of('open')).toEqual([]);
    workplace.open();
    world.link.closes(1006);
    world.timers.advance(WISH_MS_MAX + 10_000);
    world.link.opens();
    world.link.says(welcome, paused());
    expect(world.link.of('open')).toEqual([]);
  });

  test('the answer to a ring, which rings anew', () => {
    world.link.says(state(), offer('o'));
    workplace.accept('o');
    dies();
    world.link.says(state(), { ...offer('again'), ticket: 't-o' } as ServerFrame);
    expect(world.link.of('accept')).toEqual([{ type: 'accept', offer: 'again' }]);
    expect(now().rings).toMatchObject([{ answered: true }]);
  });

  test('a refusal of a ring; one that was heard is not repeated by itself', () => {
    world.link.says(state(), offer('o'));
    workplace.decline('o');
    dies();
    world.link.says(state(), { ...offer('again'), ticket: 't-o' } as ServerFrame);
    expect(world.link.of('decline')).toEqual([{ type: 'decline', offer: 'again' }]);
    world.link.says(state());
    dies();
    world.link.says(state(), { ...offer('third'), ticket: 't-o' } as ServerFrame);
    expect(world.link.of('decline')).toEqual([]);
    expect(now().rings).toMatchObject([{ offer: 'third', answered: false }]);
  });

  test('the end of a talk', () => {
    world.link.says(state(brief('r')));
    workplace.end('r');
    dies();
    world.link.says(state(brief('r')));
    expect(world.link.of('end')).toEqual([{ type: 'end', room: 'r' }]);
    dies();
    world.link.says(state());
    expect(world.link.of('end')).toEqual([]);
  });

  test('a handing over, and that it is under way already is no refusal', () => {
    world.link.says(state(brief('r')));
    workplace.handOver('r', { line: 'FINANCE' }, '금융', '');
    dies();
    world.link.says(state(brief('r')));
    expect(world.link.of('transfer')).toEqual([{ type: 'transfer', room: 'r', line: 'FINANCE' }]);
    world.link.says({ type: 'error', code: 'TRANSFER_PENDING', detail: '', re: 'r' });
    expect(now().tabs[0]!.handover).toMatchObject({ phase: 'OFFERED', name: '금융' });
    expect(now().notice).toBeNull();
  });
});

describe('a wrap-up that the line does not wait for', () => {
  beforeEach(() => {
    world.link.says(state(), offer('o'), matched('r', 't-o'), { type: 'ended', room: 'r', reason: 'DONE' });
    workplace.wrapUp('r', 'SOLVED', '');
  });

  test('stays on the screen until its record shows it', async () => {
    world.link.says(state());
    world.timers.advance(WRAP_UP_MS);
    await settled();
    expect(now().tabs[0]!.wrap_up.phase).toBe('SENT');
    expect(world.link.of('wrap_up')).toHaveLength(2);
    written = { result_code: 'SOLVED', memo: null };
    world.timers.advance(WRAP_UP_MS);
    await settled();
    expect(now().tabs).toEqual([]);
  });

  test('is still to be done after a reload, and sent again', async () => {
    come();
    world.link.says(welcome, state());
    expect(now().tabs).toMatchObject([{ room: 'r', number: 'A-1', wrap_up: { phase: 'SENT', result_code: 'SOLVED' } }]);
    expect(world.link.of('wrap_up')).toEqual([{ type: 'wrap_up', room: 'r', result_code: 'SOLVED' }]);
    expect(world.link.of('replay')).toEqual([]);
    written = { result_code: 'SOLVED', memo: null };
    world.timers.advance(WRAP_UP_MS);
    await settled();
    expect(now().tabs).toEqual([]);
    come();
    world.link.says(welcome, state());
    expect(now().tabs).toEqual([]);
  });
});

test('a form that was half written is there after a reload', () => {
  world.link.says(state(), offer('o'), matched('r', 't-o'), { type: 'ended', room: 'r', reason: 'DONE' });
  workplace.write('r', { memo: 'half', result_code: 'SOLVED' });
  come();
  world.link.says(welcome, state());
  expect(now().tabs).toMatchObject([{ room: 'r', wrap_up: { phase: 'OPEN', required: false } }]);
  expect(workplace.draft('r')).toEqual({ memo: 'half', result_code: 'SOLVED' });
});

test('what was unread is unread after a reload', () => {
  shown = false;
  world.link.says(state(brief('r')), message('r', 1), message('r', 2));
  expect(now().tabs.map(unread)).toEqual([2]);
  shown = true;
  workplace.looked();
  shown = false;
  world.link.says(message('r', 3), message('r', 4));
  come();
  world.link.says(welcome, state(brief('r', 4)), message('r', 1), message('r', 2), message('r', 3), message('r', 4));
  expect(now().tabs.map(unread)).toEqual([2]);
});
