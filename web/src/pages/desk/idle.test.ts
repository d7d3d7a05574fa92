import { beforeEach, describe, expect, test } from 'vitest';

import { FakeTimers } from '../../testing/fakes';
import { IdleWatch, patience, QUIET_S, TALK_QUIET_S, THANKS_S, WARN_S, type Patience } from './idle';
import { filed, unrated } from './rating';
import { empty, type DeskState, type Stage } from './state';

const line = { topic: 'GENERAL', language: 'ko', name: '일반', open: true };
const draft = { nickname: '', note: '' };
const ticket = { ticket: 't', number: 'A-001', line: 'GENERAL', ahead: 0, eta_s: null };
const at = (stage: Stage): DeskState => ({ ...empty, stage });
const request = { client_id: 'c', topic: 'GENERAL' };

const SHARED = { shared: true, altered: false };
const OWN = { shared: false, altered: false };

const READY = at({ at: 'READY', line, draft });
const DETAILS = at({ at: 'DETAILS', line, draft, trouble: null });
const CHAT = at({ at: 'CHAT', ticket });
const ENDED = at({ at: 'ENDED', reason: 'DONE', room: 'r', rating: unrated(0) });
const THANKED = at({ at: 'ENDED', reason: 'DONE', room: 'r', rating: filed(unrated(0)) });
const CLOSED = at({ at: 'CLOSED', reason: 'FULL' });

const wipe = (quiet_s: number, warn_s = WARN_S): Patience => ({ quiet_s, warn_s, then: 'WIPE' });

test.each([
  ['a chosen line on a kiosk', READY, SHARED, wipe(QUIET_S)],
  ['a form on a kiosk', DETAILS, SHARED, wipe(QUIET_S)],
  ['a form on a phone of one’s own', DETAILS, OWN, null],
  ['a talk on a kiosk', CHAT, SHARED, { quiet_s: TALK_QUIET_S, warn_s: WARN_S, then: 'END' }],
  ['a talk on a phone of one’s own', CHAT, OWN, null],
  ['the end, anywhere', ENDED, OWN, wipe(QUIET_S)],
  ['the thanks on a kiosk', THANKED, SHARED, wipe(THANKS_S)],
  ['the thanks on a phone of one’s own', THANKED, OWN, wipe(THANKS_S, 0)],
  ['a request that was refused', CLOSED, SHARED, wipe(QUIET_S)],
  ['a start page nobody has used', empty, SHARED, null],
  ['a start page in another language', empty, { shared: true, altered: true }, wipe(QUIET_S, 0)],
  ['asking', at({ at: 'ASKING', request, trouble: null, wait_s: null }), SHARED, null],
  ['waiting', at({ at: 'WAITING', ticket }), SHARED, null],
  ['being handed over', at({ at: 'HANDOVER', ticket }), SHARED, null],
])('%s', (_, state, device, expected) => {
  expect(patience(state, device)).toEqual(expected);
});

describe('a watch', () => {
  let timers: FakeTimers;
  let present: Patience | null;
  let over: string[];
  let watch: IdleWatch;

  beforeEach(() => {
    timers = new FakeTimers();
    present = wipe(QUIET_S);
    over = [];
    watch = new IdleWatch(timers, { patience: () => present, over: (then) => over.push(then) });
    watch.settle('form');
  });

  test('warns before it wipes', () => {
    timers.advance(QUIET_S * 1000);
    expect(watch.warning.value).toEqual({ until: timers.now() + WARN_S * 1000, then: 'WIPE' });
    expect(over).toEqual([]);
    timers.advance(WARN_S * 1000);
    expect(over).toEqual(['WIPE']);
    expect(watch.warning.value).toBeNull();
  });

  test('begins anew with every touch', () => {
    timers.advance(QUIET_S * 1000 - 1);
    watch.touched();
    timers.advance(QUIET_S * 1000 - 1);
    expect(watch.warning.value).toBeNull();
  });

  test('is answered by its button, not by any touch: that may be for the other button', () => {
    timers.advance(QUIET_S * 1000);
    watch.touched();
    expect(watch.warning.value).not.toBeNull();
    watch.here();
    expect(watch.warning.value).toBeNull();
    timers.advance(QUIET_S * 1000 - 1);
    expect(over).toEqual([]);
  });

  test('gives each screen its own time, and the same screen no more of it', () => {
    timers.advance(QUIET_S * 1000 - 1);
    watch.settle('form');
    timers.advance(1);
    expect(watch.warning.value).not.toBeNull();
    watch.settle('end');
    expect(watch.warning.value).toBeNull();
    timers.advance(QUIET_S * 1000 - 1);
    expect(watch.warning.value).toBeNull();
  });

  test('leaves alone whoever waits', () => {
    present = null;
    watch.settle('waiting');
    timers.advance(3_600_000);
    expect(over).toEqual([]);
    expect(timers.pending).toBe(0);
  });
});
