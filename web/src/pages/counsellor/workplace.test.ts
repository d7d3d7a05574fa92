import { beforeEach, expect, test } from 'vitest';

import type { RoomBrief, ServerFrame } from '../../lib/protocol.gen';
import { brief, matched, message, offer, state, welcome } from '../../testing/counsellor-frames';
import { FakeStorage, FakeWorld } from '../../testing/fakes';
import { unread } from './tabs';
import { Workplace, type TalkRecord } from './workplace';

let world: FakeWorld;
let storage: FakeStorage;
let workplace: Workplace;
let doubts: string[];
let talks: TalkRecord[];

function newWorkplace(): Workplace {
  return new Workplace({
    url: () => 'ws://here/ws/counsellor',
    storage,
    socket: world,
    talks: () => Promise.resolve(talks),
    written: () => Promise.resolve(null),
    doubtful: (why) => doubts.push(why),
  });
}

beforeEach(() => {
  world = new FakeWorld();
  storage = new FakeStorage();
  doubts = [];
  talks = [];
  workplace = newWorkplace();
  workplace.start('kim');
  world.link.opens();
  world.link.says(welcome, state());
});

const now = () => workplace.state.value;

function drop(...rooms: RoomBrief[]): void {
  world.link.closes(1006);
  world.timers.advance(1_000);
  world.link.opens();
  world.link.says(welcome, state(...rooms));
}

function talk(): void {
  world.link.says(offer('o'));
  workplace.accept('o');
  world.link.says(matched('r', 't-o'));
}

test('an offer rings, is accepted, and becomes the room in front', () => {
  world.link.says(offer('o'));
  expect(now().rings).toMatchObject([{ offer: 'o', answered: false }]);
  workplace.accept('o');
  expect(now().rings).toMatchObject([{ answered: true }]);
  world.link.says(matched('r', 't-o'));
  expect(now().rings).toEqual([]);
  expect(now().active).toBe('r');
  expect(now().tabs[0]).toMatchObject({ number: 'A-1', line: 'GENERAL' });
});

test('a withdrawn offer stops ringing and says why', () => {
  world.link.says(offer('o'), { type: 'withdrawn', offer: 'o', reason: 'CANCELLED' });
  expect(now().rings).toEqual([]);
  expect(now().notice?.key).toBe('counsellor.withdrawn.CANCELLED');
});

test('an offer assigned without asking does not ring', () => {
  world.link.says(offer('o', 0));
  expect(now().rings).toMatchObject([{ answered: true, deadline: null }]);
});

test('an offer nobody withdrew leaves the screen after its deadline', () => {
  world.link.says(offer('o', 20));
  world.timers.advance(24_000);
  expect(now().rings).toEqual([]);
});

test('a counsellor who drops sees the offer go back to the line', () => {
  world.link.says(offer('o'));
  world.link.closes(1006);
  expect(now().rings).toEqual([]);
  expect(now().notice?.key).toBe('counsellor.withdrawn.LOST');
});

test('after a drop each room is asked for what was missed', () => {
  talk();
  world.link.says(message('r', 1));
  drop(brief('r', 3));
  expect(world.link.of('replay')).toEqual([{ type: 'replay', room: 'r', after: 1 }]);
  world.link.says(message('r', 2), message('r', 3));
  expect(now().tabs[0]!.conversation.told).toHaveLength(3);
});

test('after a reload rooms come back whole, and what was read stays read', () => {
  talk();
  workplace = newWorkplace();
  workplace.start('kim');
  world.link.opens();
  world.link.says(welcome, state(brief('r', 2)));
  expect(world.link.of('replay')).toEqual([{ type: 'replay', room: 'r', after: 0 }]);
  world.link.says(message('r', 1), message('r', 2));
  expect(unread(now().tabs[0]!)).toBe(0);
});

test('what was said while disconnected is said once the room is up to date', () => {
  talk();
  world.link.closes(1006);
  workplace.say('r', 'hello');
  world.timers.advance(1_000);
  world.link.opens();
  world.link.says(welcome, state(brief('r', 1)));
  expect(world.link.of('say')).toEqual([]);
  world.link.says(message('r', 1));
  expect(world.link.of('say')).toHaveLength(1);
});

test('unsent words survive a reload', () => {
  talk();
  world.link.closes(1006);
  workplace.say('r', 'hello');
  workplace = newWorkplace();
  workplace.start('kim');
  world.link.opens();
  world.link.says(welcome, state(brief('r')));
  expect(world.link.of('say')).toMatchObject([{ body: 'hello' }]);
});

test('a message in a room behind counts as unread until it is looked at', () => {
  talk();
  world.link.says(matched('q', 't-q'), message('q', 1), message('q', 2));
  expect(now().active).toBe('r');
  expect(unread(now().tabs[1]!)).toBe(2);
  workplace.select('q');
  expect(unread(now().tabs[1]!)).toBe(0);
});

test('a state written just before a match does not end the room', () => {
  talk();
  world.link.says(state());
  expect(now().tabs[0]!.conversation.ended).toBeNull();
});

test('a room that ended during a drop is shown as ended and can be wrapped up', () => {
  talk();
  drop();
  expect(now().tabs[0]).toMatchObject({ conversation: { ended: { reason: null } }, wrap_up: { phase: 'OPEN' } });
});

test('an ended room is wrapped up and leaves the screen when the server has it', () => {
  talk();
  world.link.says({ type: 'ended', room: 'r', reason: 'DONE' }, state(brief('r', 0, true)));
  expect(now().tabs[0]!.wrap_up).toMatchObject({ phase: 'OPEN', required: true });
  workplace.wrapUp('r', 'SOLVED', ' fine ');
  expect(world.link.of('wrap_up')).toEqual([{ type: 'wrap_up', room: 'r', result_code: 'SOLVED', memo: 'fine' }]);
  world.timers.advance(5_000);
  expect(now().tabs).toHaveLength(1);
  world.link.says(state());
  expect(now().tabs).toEqual([]);
});

test('a wrap-up under way during a drop is sent again', () => {
  talk();
  world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
  workplace.wrapUp('r', 'SOLVED', '');
  drop();
  expect(world.link.of('wrap_up')).toHaveLength(1);
  world.link.says({ type: 'error', code: 'NOTHING_TO_WRAP_UP', detail: '', re: 'r' });
  expect(now().tabs).toEqual([]);
});

test('a wrap-up that is refused can be written again', () => {
  talk();
  world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
  workplace.wrapUp('r', 'SOLVED', '');
  world.link.says({ type: 'error', code: 'NOT_STORED', detail: '', re: 'r' });
  expect(now().tabs[0]!.wrap_up.phase).toBe('OPEN');
  expect(now().notice?.key).toBe('error.NOT_STORED');
});

test('another counsellor goes on: there is nothing to wrap up', () => {
  talk();
  world.link.says({ type: 'ended', room: 'r', reason: 'COUNSELLOR_LOST' });
  expect(now().tabs[0]!.wrap_up.phase).toBe('NONE');
});

test('a newer window takes over, and this one can take it back', () => {
  world.link.closes(4001);
  expect(now().stopped).toBe('REPLACED');
  expect(doubts).toEqual(['REPLACED']);
  workplace.takeOver();
  world.link.opens();
  expect(now().stopped).toBeNull();
});

test('a socket that is not let in makes the page ask who is logged in', () => {
  world.link.closes(1006);
  world.timers.advance(1_000);
  world.link.closes(1006);
  expect(doubts).toEqual(['REFUSED']);
});

test('a log-out forgets everything', () => {
  talk();
  world.link.closes(1006);
  workplace.say('r', 'secret');
  workplace.stop({ wipe: true });
  expect(storage.length).toBe(0);
  expect(JSON.stringify(now())).not.toMatch(/secret|Visitor/);
});

const handed = (room: string, state: string) => ({ type: 'transfer', room, state }) as unknown as ServerFrame;

test('a conversation is handed to a colleague, with a note, and goes when they have it', () => {
  talk();
  workplace.handOver('r', { counsellor: 'lee' }, 'Lee', ' knows the papers ');
  const { sent } = world.link;
  expect(sent.at(-1)).toEqual({ type: 'transfer', room: 'r', counsellor: 'lee', note: 'knows the papers' });
  expect(now().tabs[0]!.handover).toMatchObject({ phase: 'ASKING', name: 'Lee' });
  world.link.says(handed('r', 'OFFERED'));
  expect(now().tabs[0]!.handover).toMatchObject({ phase: 'OFFERED', name: 'Lee' });
  world.link.says(handed('r', 'ACCEPTED'), { type: 'ended', room: 'r', reason: 'TRANSFERRED' });
  expect(now().notice).toEqual({ key: 'counsellor.handover.done.to', values: { number: 'A-1', name: 'Lee' } });
  world.link.says(state());
  expect(now().tabs).toEqual([]);
});

test('a room that was handed over goes even if its state came before its end', () => {
  talk();
  world.link.says(state(), { type: 'ended', room: 'r', reason: 'TRANSFERRED' });
  world.timers.advance(5_000);
  expect(now().tabs).toEqual([]);
});

test('the giver of a line with wrap-ups writes one for their part', () => {
  talk();
  world.link.says({ type: 'ended', room: 'r', reason: 'TRANSFERRED' }, state(brief('r', 0, true)));
  world.timers.advance(5_000);
  expect(now().tabs[0]!.wrap_up).toMatchObject({ phase: 'OPEN', required: true });
});

test.each(['DECLINED', 'NOBODY'])('a handing over that is %s leaves the talk as it is, and says so', (phase) => {
  talk();
  workplace.handOver('r', { line: 'FINANCE' }, 'Finance', '');
  expect(world.link.sent.at(-1)).toEqual({ type: 'transfer', room: 'r', line: 'FINANCE' });
  world.link.says(handed('r', phase));
  expect(now().tabs[0]!).toMatchObject({ handover: { phase }, conversation: { ended: null } });
  workplace.keepRoom('r');
  expect(now().tabs[0]!.handover).toBeNull();
});

test('a handing over can be taken back', () => {
  talk();
  workplace.handOver('r', { line: 'FINANCE' }, 'Finance', '');
  workplace.cancelHandOver('r');
  expect(world.link.sent.at(-1)).toEqual({ type: 'cancel_transfer', room: 'r' });
  world.link.says(handed('r', 'CANCELLED'));
  expect(now().tabs[0]!.handover).toBeNull();
});

test('a server that knows no handing over leaves the talk as it is', () => {
  talk();
  workplace.handOver('r', { line: 'FINANCE' }, 'Finance', '');
  world.link.says({ type: 'error', code: 'BAD_FRAME', detail: 'type' });
  expect(now().tabs[0]!).toMatchObject({ handover: null, conversation: { ended: null } });
  expect(now().notice?.key).toBe('counsellor.handover.refused');
});

test('an offer that is handed over says from whom, and the room it becomes remembers', () => {
  const transfer = { from: 'Lee', note: 'papers are checked', messages: 12 };
  world.link.says({ ...offer('o'), transfer } as unknown as ServerFrame);
  workplace.accept('o');
  world.link.says(matched('r', 't-o', 12));
  expect(now().tabs[0]!.about).toMatchObject({ handed_by: 'Lee', handed_note: 'papers are checked' });
  expect(world.link.of('replay')).toEqual([{ type: 'replay', room: 'r', after: 0 }]);
  world.link.says(...Array.from({ length: 12 }, (_, seq) => message('r', seq + 1)));
  expect(unread(now().tabs[0]!)).toBe(0);
});

test('what the record knows of a visitor is filled in, and what the offer said stays', async () => {
  talks = [{ number: 'A-1', nickname: 'Other', note: 'a form', waited_s: 9, language: 'en', matched_at: 'm' }];
  world.link.says({ ...offer('o'), nickname: 'Min-jun' } as ServerFrame);
  workplace.accept('o');
  world.link.says(matched('r', 't-o'));
  await Promise.resolve();
  await Promise.resolve();
  expect(now().tabs[0]!.about).toMatchObject({ nickname: 'Min-jun', note: 'a form', waited_s: 5, language: 'en' });
});

test('a room taken by hand comes to the front; on a wide screen the other stays beside it', () => {
  talk();
  world.link.says(offer('p'));
  workplace.accept('p');
  world.link.says(matched('q', 't-p'));
  expect(now()).toMatchObject({ active: 'q', panes: ['q'] });
  workplace.shut('q');
  workplace.wide(true);
  world.link.says(offer('p'));
  workplace.accept('p');
  world.link.says(matched('q', 't-p'));
  expect(now()).toMatchObject({ active: 'q', panes: ['r', 'q'] });
  world.link.says(message('r', 1), message('q', 1));
  expect(now().tabs.map(unread)).toEqual([0, 0]);
});

test('what was unread is marked off when its room comes to the front, until one answers', () => {
  talk();
  world.link.says(matched('q', 't-q'), message('q', 1), message('q', 2));
  workplace.select('q');
  expect(now().tabs[1]!.new_after).toBe(0);
  workplace.say('q', 'hello');
  expect(now().tabs[1]!.new_after).toBeNull();
});

test('drafts survive a reload, and go with their room', () => {
  talk();
  workplace.write('r', { body: 'half a sent' });
  workplace.write('r', { memo: 'passport' });
  workplace = newWorkplace();
  workplace.start('kim');
  world.link.opens();
  world.link.says(welcome, state(brief('r')));
  expect(workplace.draft('r')).toEqual({ body: 'half a sent', memo: 'passport' });
  workplace.shut('r');
  expect(storage.length).toBe(0);
});

test('a log-in that ended by itself keeps the words for the same person', () => {
  talk();
  workplace.write('r', { memo: 'passport' });
  workplace.stop({ wipe: false });
  expect(workplace.draft('r')).toEqual({});
  workplace.start('lee');
  expect(workplace.draft('r')).toEqual({});
  workplace.stop({ wipe: false });
  workplace.start('kim');
  expect(workplace.draft('r')).toEqual({ memo: 'passport' });
});

test('a window that was replaced leaves the storage to the newer one', () => {
  talk();
  workplace.write('r', { memo: 'mine' });
  const newer = storage.getItem('anteroom.counsellor.kim')!.replace('mine', 'newer');
  world.link.closes(4001);
  storage.setItem('anteroom.counsellor.kim', newer);
  workplace.write('r', { memo: 'older' });
  expect(storage.getItem('anteroom.counsellor.kim')).toBe(newer);
  workplace.takeOver();
  world.link.opens();
  world.link.says(welcome, state(brief('r')));
  expect(workplace.draft('r')).toEqual({ memo: 'newer' });
});

test('a notice goes by itself after a while', () => {
  world.link.says(offer('o'), { type: 'withdrawn', offer: 'o', reason: 'CANCELLED' });
  world.timers.advance(14_000);
  expect(now().notice).not.toBeNull();
  world.timers.advance(2_000);
  expect(now().notice).toBeNull();
});

test('a whisper is unread until its room is looked at, and is never said to the visitor', () => {
  talk();
  world.link.says(matched('q', 't-q'));
  const from = { name: 'Park', role: 'MANAGER' } as const;
  world.link.says({ type: 'whisper', room: 'q', id: 'w1', client_id: 'x', from, mine: false, body: 'be gentle', at: '1' });
  expect(now().tabs.map(unread)).toEqual([0, 1]);
  workplace.select('q');
  expect(now().tabs.map(unread)).toEqual([0, 0]);
  workplace.whisper('q', 'I will');
  expect(world.link.of('say')).toEqual([]);
  const [sent] = world.link.of('whisper');
  expect(sent).toMatchObject({ room: 'q', body: 'I will' });
  world.link.says({ type: 'whispered', room: 'q', client_id: sent!.client_id, id: 'w2', at: '2' });
  expect(now().tabs[1]!.whispers).toMatchObject({ outbox: [], told: [{ id: 'w1' }, { id: 'w2', mine: true }] });
  expect(now().tabs[1]!.conversation.told).toEqual([]);
});

test('a whisper outlives a drop and a reload, and goes again as a whisper', () => {
  talk();
  world.link.closes(1006);
  workplace.whisper('r', 'hush');
  workplace = newWorkplace();
  workplace.start('kim');
  world.link.opens();
  expect(world.link.of('whisper')).toEqual([]);
  world.link.says(welcome, state(brief('r')));
  expect(world.link.of('whisper')).toMatchObject([{ room: 'r', body: 'hush' }]);
  expect(world.link.of('say')).toEqual([]);
});

test('a refused whisper says so beside itself and disturbs nothing else', () => {
  talk();
  workplace.whisper('r', 'hush');
  const re = world.link.of('whisper')[0]!.client_id;
  world.link.says({ type: 'error', code: 'NOT_ALLOWED', detail: '', re });
  expect(now()).toMatchObject({ notice: null, tabs: [{ whispers: { outbox: [{ trouble: 'NOT_ALLOWED' }] } }] });
});

test('what is said while something else fills the window stays unread', () => {
  let isShown = false;
  workplace.stop({ wipe: true });
  workplace = new Workplace({
    url: () => 'ws://here/ws/counsellor',
    storage,
    socket: world,
    talks: () => Promise.resolve(talks),
    written: () => Promise.resolve(null),
    doubtful: (why) => doubts.push(why),
    isShown: () => isShown,
  });
  workplace.start('kim');
  world.link.opens();
  world.link.says(welcome, state(brief('r')), message('r', 1));
  expect(now().tabs.map(unread)).toEqual([1]);
  isShown = true;
  workplace.looked();
  expect(now().tabs.map(unread)).toEqual([0]);
});

test('a room that an admin ended is named, wherever it stands', () => {
  world.link.says(offer('o'), matched('1', 't-o'), state(brief('1'), brief('2')));
  workplace.select('2');
  world.link.says({ type: 'ended', room: '1', reason: 'ADMIN' });
  expect(workplace.state.value.notice).toEqual({ key: 'counsellor.ended.ADMIN.of', values: { number: 'A-1' } });
});
