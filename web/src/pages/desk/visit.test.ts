import { beforeEach, describe, expect, test } from 'vitest';

import { CATCH_UP_MS } from '../../lib/keeper';
import { NOTE_CHARS_MAX, type ServerFrame } from '../../lib/protocol.gen';
import { line, matched, message, waiting, welcome } from '../../testing/desk-frames';
import { FakeStorage, FakeWorld } from '../../testing/fakes';
import { QUIET_S, TALK_QUIET_S, WARN_S } from './idle';
import { RATE_MS_MAX } from './rating';
import { Visit } from './visit';

let world: FakeWorld;
let storage: FakeStorage;
let visit: Visit;
let shared: boolean;
let altered: boolean;
let forgotten: number;
/** Answers the question why a handshake failed; each is put once. */
let answers: Array<(forbidden: boolean) => void>;

function newVisit(): Visit {
  return new Visit({
    url: () => 'ws://here/ws/desk',
    isForbidden: () => new Promise((resolve) => answers.push(resolve)),
    lines: () => Promise.resolve([line]),
    storage,
    socket: world,
    device: () => ({ shared, altered }),
    forget: () => (forgotten += 1),
  });
}

beforeEach(() => {
  world = new FakeWorld();
  storage = new FakeStorage();
  answers = [];
  shared = altered = false;
  forgotten = 0;
  visit = newVisit();
  visit.begin();
});

const at = () => visit.state.value.stage.at;
const bodies = () => visit.state.value.conversation?.told.map(({ body }) => body);

function drop(): void {
  world.link.closes(1006);
  world.timers.advance(1_000);
  world.link.opens();
  world.link.says(welcome);
}

function ask(): void {
  visit.ask(line, ' Lee ', '');
  world.link.opens();
  world.link.says(welcome);
}

function talk(): void {
  ask();
  world.link.says(waiting(0), matched());
}

test('no socket is opened before somebody asks', () => {
  expect(world.links).toHaveLength(0);
  visit.choose(line);
  expect(world.links).toHaveLength(0);
  ask();
  expect(world.link.sent).toMatchObject([{ type: 'request', topic: 'GENERAL', language: 'ko', nickname: 'Lee' }]);
  expect(world.link.sent[0]).not.toHaveProperty('note');
});

test('a request that drops before its answer is repeated as the same request', () => {
  ask();
  const [first] = world.link.of('request');
  drop();
  expect(world.link.of('request')).toEqual([first]);
});

test('a request that comes too soon says how long, and is made again by itself not before', () => {
  ask();
  const [first] = world.link.of('request');
  const code = 'BUSY' as const;
  world.link.says({ type: 'error', code, detail: 'd', re: first?.client_id, wait_s: 30 });
  expect(visit.state.value.stage).toMatchObject({ at: 'ASKING', trouble: 'BUSY', wait_s: 30 });
  world.passes(29_000);
  expect(world.link.of('request')).toHaveLength(1);
  world.passes(1_000);
  expect(world.link.of('request')).toEqual([first, first]);
});

test('a reload before the answer asks again with the same id', () => {
  ask();
  const [first] = world.link.of('request');
  visit = newVisit();
  visit.begin();
  world.link.opens();
  expect(world.link.of('request')).toEqual([first]);
});

test('a waiting desk that drops takes its place back', () => {
  ask();
  world.link.says(waiting(3));
  drop();
  expect(world.link.sent).toEqual([{ type: 'resume', token: 'token-1', after: 0 }]);
  world.link.says(waiting(2));
  expect(visit.state.value.stage).toMatchObject({ at: 'WAITING', ticket: { ahead: 2 } });
});

test('a reload keeps the token and asks for the whole conversation', () => {
  talk();
  world.link.says(message(1));
  visit = newVisit();
  visit.begin();
  expect(at()).toBe('RESUMING');
  world.link.opens();
  expect(world.link.sent).toEqual([{ type: 'resume', token: 'token-2', after: 0 }]);
  world.link.says(welcome, matched(1), message(1));
  expect(at()).toBe('CHAT');
  expect(bodies()).toEqual(['m1']);
});

describe('a message', () => {
  test('that dropped between send and accepted arrives exactly once', () => {
    talk();
    visit.say('hello');
    const [said] = world.link.of('say');
    drop();
    expect(world.link.sent).toEqual([{ type: 'resume', token: 'token-2', after: 0 }]);
    // The server had stored it: it comes by replay, and is not said again.
    world.link.says(matched(1), message(1, 'r', 'd', said!.client_id));
    expect(world.link.of('say')).toEqual([]);
    expect(visit.state.value.conversation).toMatchObject({ outbox: [], told: [{ mine: true }] });
  });

  test('that never arrived is said again once, with its id', () => {
    talk();
    visit.say('hello');
    const [said] = world.link.of('say');
    drop();
    world.link.says(matched(0));
    expect(world.link.of('say')).toEqual([said]);
    world.link.says({ type: 'accepted', room: 'r', client_id: said!.client_id, seq: 1, id: '1', at: 't' });
    expect(visit.state.value.conversation?.told).toHaveLength(1);
  });

  test('typed while the network is cut waits for the seat', () => {
    talk();
    world.link.closes(1006);
    visit.say('one');
    visit.say('two');
    world.timers.advance(1_000);
    world.link.opens();
    world.link.says(welcome);
    expect(world.link.of('say')).toEqual([]);
    world.link.says(matched(0));
    expect(world.link.of('say').map(({ body }) => body)).toEqual(['one', 'two']);
  });

  test('survives a reload unsent', () => {
    talk();
    world.link.closes(1006);
    visit.say('one');
    visit = newVisit();
    visit.begin();
    world.link.opens();
    world.link.says(welcome, matched(0));
    expect(world.link.of('say').map(({ body }) => body)).toEqual(['one']);
  });
});

test('after a drop only what was missed is asked for', () => {
  talk();
  world.link.says(message(1), message(2));
  drop();
  expect(world.link.of('resume')).toMatchObject([{ after: 2 }]);
  world.link.says(matched(3), message(3));
  expect(bodies()).toEqual(['m1', 'm2', 'm3']);
  expect(world.link.of('replay')).toEqual([]);
});

test('a hole is asked for when it does not close by itself', () => {
  talk();
  world.link.says(message(1), message(3));
  world.timers.advance(CATCH_UP_MS);
  expect(world.link.of('replay')).toEqual([{ type: 'replay', room: 'r', after: 1 }]);
});

test('a lost counsellor puts the desk back in line, and the next one goes on', () => {
  talk();
  world.link.says(message(1), { type: 'ended', room: 'r', reason: 'COUNSELLOR_LOST' }, waiting(0, 'token-3'));
  expect(at()).toBe('WAITING');
  expect(bodies()).toEqual(['m1']);
  world.link.says(matched(2, 'r2', 'd2'));
  expect(world.link.of('replay')).toEqual([{ type: 'replay', room: 'r2', after: 1 }]);
  world.link.says(message(2, 'r2'), message(3, 'r2'));
  expect(bodies()).toEqual(['m1', 'm2', 'm3']);
  visit.say('hello again');
  expect(world.link.of('say')).toMatchObject([{ room: 'r2' }]);
});

test('nothing of a visitor is left after the end', () => {
  talk();
  world.link.says(message(1));
  visit.say('secret');
  expect(storage.length).toBe(1);
  world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
  // What a rating still needs, and no word of the talk.
  expect(storage.getItem('anteroom.visit')).not.toMatch(/secret|m1|Kim|A-001/);
  world.passes((QUIET_S + WARN_S) * 1000);
  expect(storage.length).toBe(0);
  expect(at()).toBe('START');
  expect(JSON.stringify(visit.state.value)).not.toMatch(/secret|m1|Kim|token-|A-001/);
  expect(world.timers.pending).toBe(0);
});

test('a score that was chosen is sent before the screen is wiped', () => {
  talk();
  world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
  visit.consider(4, ' kind ');
  world.passes((QUIET_S + WARN_S) * 1000);
  expect(world.link.of('rate')).toEqual([{ type: 'rate', room: 'r', score: 4, comment: 'kind' }]);
  expect(at()).toBe('START');
});

test('words about a score that are too long do not keep the score back', () => {
  talk();
  world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
  visit.consider(2, 'x'.repeat(NOTE_CHARS_MAX + 1));
  world.passes((QUIET_S + WARN_S) * 1000);
  expect(world.link.of('rate')).toEqual([{ type: 'rate', room: 'r', score: 2 }]);
});

describe('a rating', () => {
  const phase = () => (visit.state.value.stage.at === 'ENDED' ? visit.state.value.stage.rating.phase : null);
  const rate = () => (visit.consider(5, ''), visit.rate());

  beforeEach(() => {
    talk();
    world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
  });

  test('is thanked for once it is on file, and then everything is wiped', () => {
    rate();
    expect(phase()).toBe('SENDING');
    world.link.says({ type: 'rated', room: 'r', score: 5 });
    expect(phase()).toBe('DONE');
    expect(storage.length).toBe(0);
    world.timers.advance(10_000);
    expect(at()).toBe('START');
    expect(world.links).toHaveLength(1);
  });

  test('that a closed socket gives no word of is thanked for by nobody', () => {
    rate();
    world.link.closes(1000);
    expect(phase()).toBe('LATE');
  });

  test('on a line that dies without a word is given again on the next', () => {
    rate();
    world.timers.advance(14_000);
    world.link.opens();
    world.link.says(welcome);
    expect(world.link.sent).toEqual([{ type: 'resume', token: 'token-2' }]);
    world.link.says(matched(0), { type: 'ended', room: 'r', reason: 'DONE' });
    expect(world.link.of('rate')).toEqual([{ type: 'rate', room: 'r', score: 5 }]);
    world.link.says({ type: 'rated', room: 'r', score: 5 });
    expect(phase()).toBe('DONE');
  });

  test('survives a reload, half chosen and sent', () => {
    visit.consider(3, 'so so');
    visit = newVisit();
    visit.begin();
    expect(visit.state.value.stage).toMatchObject({ at: 'ENDED', rating: { phase: 'OPEN', score: 3, comment: 'so so' } });
    world.link.opens();
    world.link.says(welcome, matched(0));
    expect(at()).toBe('ENDED');
    visit.rate();
    visit = newVisit();
    visit.begin();
    world.link.opens();
    world.link.says(welcome, matched(0));
    expect(world.link.of('rate')).toEqual([{ type: 'rate', room: 'r', score: 3, comment: 'so so' }]);
  });

  test('a reload after its time begins anew', () => {
    const before = world.links.length;
    world.timers.sleep(RATE_MS_MAX);
    visit = newVisit();
    visit.begin();
    expect(at()).toBe('START');
    expect(world.links).toHaveLength(before);
    expect(storage.length).toBe(0);
  });

  test('that the disk did not take is given again', () => {
    rate();
    world.link.says({ type: 'error', code: 'NOT_STORED', detail: '', re: 'r' });
    expect(phase()).toBe('SENDING');
    world.timers.advance(2_000);
    expect(world.link.of('rate')).toHaveLength(2);
  });

  test('that is refused, or comes too late, is not on file and is said so', () => {
    rate();
    world.link.says({ type: 'error', code: 'NOTHING_TO_RATE', detail: '', re: 'r' });
    expect(phase()).toBe('LATE');
  });

  test('nobody gives has its time', () => {
    visit.touched();
    world.passes(RATE_MS_MAX - 10_000);
    visit.touched();
    world.passes(10_000);
    expect(phase()).toBe('LATE');
    rate();
    expect(world.link.of('rate')).toEqual([]);
  });
});

test('a closed ticket says why and what else to do', () => {
  ask();
  world.link.says(waiting(1), { type: 'closed', ticket: 't', reason: 'UNSTAFFED', next: 'ASK_STAFF' });
  expect(visit.state.value.stage).toEqual({ at: 'CLOSED', reason: 'UNSTAFFED' });
  expect(storage.length).toBe(0);
});

describe('a newer window takes over', () => {
  test.each([
    ['while waiting', () => (ask(), world.link.says(waiting(1))), 'token-1', 'WAITING'],
    ['in a talk', () => (talk(), world.link.says(message(1))), 'token-2', 'CHAT'],
  ])('%s: this one says so, keeps no word, and can take it back', (_, begin, token, stage) => {
    begin();
    world.link.closes(4001);
    expect(at()).toBe('ELSEWHERE');
    expect(visit.state.value.conversation).toBeNull();
    expect(storage.getItem('anteroom.visit')).not.toMatch(/m1|Kim|A-001/);
    const links = world.links.length;
    world.timers.advance(60_000);
    expect(world.links).toHaveLength(links);
    visit.takeBack();
    world.link.opens();
    world.link.says(welcome);
    expect(world.link.sent).toEqual([{ type: 'resume', token, after: 0 }]);
    world.link.says(stage === 'CHAT' ? matched(1) : waiting(1));
    expect(at()).toBe(stage);
  });

  test('a reload of this one does not take it from the newer by itself', () => {
    talk();
    world.link.closes(4001);
    const links = world.links.length;
    visit = newVisit();
    visit.begin();
    expect(at()).toBe('ELSEWHERE');
    expect(world.links).toHaveLength(links);
    visit.takeBack();
    expect(world.links).toHaveLength(links + 1);
  });
});

test('what was given up on a line that died is given up on the next', () => {
  ask();
  world.link.says(waiting(1));
  visit.cancel();
  world.timers.advance(14_000);
  world.link.opens();
  world.link.says(welcome, waiting(1));
  expect(world.link.of('cancel')).toHaveLength(1);
  world.link.says(waiting(0));
  expect(world.link.of('cancel')).toHaveLength(1);
});

test('a talk that was ended on a line that died is ended on the next', () => {
  talk();
  visit.end();
  world.timers.advance(14_000);
  world.link.opens();
  world.link.says(welcome, matched(0));
  expect(world.link.of('end')).toEqual([{ type: 'end', room: 'r' }]);
});

test('a line that dies while somebody waits is said to be lost, and the place is taken back', () => {
  ask();
  world.link.says(waiting(3));
  world.timers.advance(26_000);
  expect(visit.state.value.connection).not.toBe('OPEN');
  expect(at()).toBe('WAITING');
  world.timers.advance(1_000);
  world.link.opens();
  world.link.says(welcome);
  expect(world.link.sent).toEqual([{ type: 'resume', token: 'token-1', after: 0 }]);
});

describe('the lines change while the desk is open', () => {
  const other = { ...line, topic: 'FINANCE' };

  test('one that was chosen and is gone leads back to the others, and says so', () => {
    visit.choose(line);
    visit.offer([other]);
    expect(visit.state.value.stage).toEqual({ at: 'START', gone: true });
    expect(visit.state.value.lines.items).toEqual([other]);
    visit.choose(other);
    visit.offer([other]);
    expect(at()).toBe('READY');
  });

  test('one that is asked for and is gone is no problem of the connection', () => {
    visit.ask(line, '', '');
    world.link.opens();
    world.link.says({ ...welcome, lines: [other] } as ServerFrame, { type: 'error', code: 'UNKNOWN_LINE', detail: '' });
    expect(visit.state.value.stage).toEqual({ at: 'START', gone: true });
    expect(visit.state.value.connection).toBe('CLOSED');
    expect(storage.length).toBe(0);
  });
});

test('a token that is no longer good leads back to the start', () => {
  ask();
  world.link.says(waiting(1));
  drop();
  world.link.says({ type: 'error', code: 'TOKEN_EXPIRED', detail: '' });
  expect(visit.state.value.stage).toMatchObject({ at: 'CLOSED', reason: 'LOST' });
  expect(storage.length).toBe(0);
});

test('a request the server refuses returns to the form with the reason', () => {
  ask();
  world.link.says({ type: 'error', code: 'UNKNOWN_LINE', detail: '' });
  const draft = { nickname: 'Lee', note: '' };
  expect(visit.state.value.stage).toMatchObject({ at: 'DETAILS', draft, trouble: 'UNKNOWN_LINE' });
});

test('a request the disk did not take is tried again', () => {
  ask();
  world.link.says({ type: 'error', code: 'NOT_STORED', detail: '' });
  expect(visit.state.value.stage).toMatchObject({ at: 'ASKING', trouble: 'NOT_STORED' });
  world.timers.advance(2_000);
  const [first, second] = world.link.of('request');
  expect(second).toEqual(first);
});

test('cancelling without a connection lets go here and now', () => {
  ask();
  world.link.says(waiting(1));
  world.link.closes(1006);
  visit.cancel();
  expect(at()).toBe('START');
  expect(storage.length).toBe(0);
});

test('a frame that the page does not know changes nothing', () => {
  talk();
  const before = visit.state.value;
  world.link.says({ type: 'tomorrow' } as unknown as ServerFrame);
  expect(visit.state.value).toEqual(before);
});

test('messages of another room are not shown', () => {
  talk();
  world.link.says(message(1, 'elsewhere'));
  expect(bodies()).toEqual([]);
});

describe('a try that never opened', () => {
  const answered = () => Promise.resolve();

  test('ends the visit calmly where the desk may not ask', async () => {
    visit.ask(line, '', '');
    world.link.closes(1006);
    answers[0]!(true);
    await answered();
    expect(visit.state.value.stage).toMatchObject({ at: 'CLOSED', reason: 'NOT_ALLOWED' });
    expect(storage.length).toBe(0);
    world.timers.advance((QUIET_S + WARN_S) * 1000);
    expect(at()).toBe('START');
    expect(world.links).toHaveLength(1);
    expect(world.timers.pending).toBe(0);
  });

  test('goes on, and is asked about once at a time, where it is only the network', async () => {
    visit.ask(line, '', '');
    world.link.closes(1006);
    world.timers.advance(1_000);
    world.link.closes(1006);
    expect(answers).toHaveLength(1);
    answers[0]!(false);
    await answered();
    world.timers.advance(2_000);
    expect(world.links).toHaveLength(3);
    world.link.opens();
    world.link.says(welcome, waiting(0));
    expect(at()).toBe('WAITING');
  });

  test.each([
    ['a connection that came after all', () => (world.timers.advance(1_000), world.link.opens())],
    ['the next visitor', () => (visit.wipe(), visit.ask(line, '', ''))],
  ])('an answer that comes too late does not touch %s', async (_, meanwhile) => {
    visit.ask(line, '', '');
    world.link.closes(1006);
    meanwhile();
    answers[0]!(true);
    await answered();
    expect(at()).toBe('ASKING');
  });

  test('is not asked about once it had opened', () => {
    ask();
    world.link.closes(1006);
    expect(answers).toHaveLength(0);
  });
});

describe('at a shared screen', () => {
  beforeEach(() => {
    shared = true;
  });

  test('what was written is wiped when nobody answers', () => {
    visit.choose(line);
    visit.tell();
    visit.draft({ nickname: 'Lee', note: 'secret' });
    world.timers.advance(QUIET_S * 1000);
    expect(visit.warning.value).toMatchObject({ then: 'WIPE' });
    visit.here();
    world.timers.advance(QUIET_S * 1000);
    expect(forgotten).toBe(0);
    world.timers.advance(WARN_S * 1000);
    expect(at()).toBe('START');
    expect(forgotten).toBe(1);
    expect(JSON.stringify(visit.state.value)).not.toMatch(/Lee|secret/);
    expect(world.timers.pending).toBe(0);
  });

  test('a talk nobody touches is ended, not only hidden', () => {
    talk();
    world.passes(TALK_QUIET_S * 1000);
    expect(visit.warning.value).toMatchObject({ then: 'END' });
    world.passes(WARN_S * 1000);
    expect(world.link.of('end')).toEqual([{ type: 'end', room: 'r' }]);
    world.link.says({ type: 'ended', room: 'r', reason: 'DONE' });
    expect(visit.state.value.stage).toMatchObject({ at: 'ENDED', reason: 'IDLE' });
  });

  test('a talk nobody touches on a line that is just coming back is ended on it, or wiped', () => {
    for (const comesBack of [true, false]) {
      talk();
      world.passes((TALK_QUIET_S + WARN_S) * 1000 - 100);
      world.link.closes(1006);
      world.timers.advance(1_000);
      expect(at()).toBe('CHAT');
      if (comesBack) {
        world.link.opens();
        world.link.says(welcome, matched(0));
        expect(world.link.of('end')).toEqual([{ type: 'end', room: 'r' }]);
        visit.wipe();
      } else {
        world.timers.advance(10_000);
        expect(at()).toBe('START');
        expect(storage.length).toBe(0);
      }
    }
  });

  test('a talk with no connection to end it by is wiped', () => {
    talk();
    world.link.closes(1006);
    visit.leave();
    expect(at()).toBe('START');
    expect(storage.length).toBe(0);
  });

  test('the language of the last visitor goes with them', () => {
    altered = true;
    visit.touched();
    world.timers.advance(QUIET_S * 1000);
    expect(forgotten).toBe(1);
  });
});

test('between two counsellors a drop is resumed, and the next one goes on', () => {
  talk();
  world.link.says(message(1), { type: 'ended', room: 'r', reason: 'TRANSFERRED' });
  expect(at()).toBe('HANDOVER');
  expect(storage.length).toBe(1);
  drop();
  expect(world.link.of('resume')).toEqual([{ type: 'resume', token: 'token-2', after: 1 }]);
  world.link.says(matched(1, 'r2', 'd2'));
  expect(at()).toBe('CHAT');
  visit.say('hello');
  expect(world.link.of('say')).toMatchObject([{ room: 'r2', body: 'hello' }]);
});
