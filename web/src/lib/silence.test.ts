import { beforeEach, expect, test } from 'vitest';

import { FakeTimers } from '../testing/fakes';
import { HEARTBEAT_S, Silence } from './silence';

let timers: FakeTimers;
let lost: number;
let silence: Silence;

beforeEach(() => {
  timers = new FakeTimers();
  lost = 0;
  silence = new Silence(timers, () => (lost += 1));
});

/** So many beats of a server, each after so much silence. */
function beats(count: number, ms: number): void {
  for (let beat = 0; beat < count; beat += 1) {
    timers.advance(ms);
    silence.beat();
  }
}

test('a line on which something comes every heartbeat lives', () => {
  silence.begin(10);
  for (let beat = 0; beat < 100; beat += 1) {
    timers.advance(10_000);
    silence.heard();
  }
  expect(lost).toBe(0);
});

test('a line that says nothing at all is not waited for as long', () => {
  silence.begin(10);
  timers.advance(11_000);
  expect(lost).toBe(1);
  silence.begin();
  timers.advance(11_000);
  expect(lost).toBe(2);
});

test('two and a half heartbeats without a word are a death, said once', () => {
  silence.begin(2);
  silence.heard();
  timers.advance(4_900);
  expect(lost).toBe(0);
  timers.advance(1_000);
  expect(lost).toBe(1);
  timers.advance(600_000);
  expect(lost).toBe(1);
  expect(timers.pending).toBe(0);
});

test('a computer that slept is dead to the line at its first look, though its even clock stood still', () => {
  silence.begin(10);
  timers.sleep(60_000);
  silence.look();
  timers.advance(1_000);
  expect(lost).toBe(1);
});

test('what came while it slept is heard before anything is given up', () => {
  silence.begin(10);
  timers.sleep(60_000);
  silence.look();
  silence.heard();
  timers.advance(1_000);
  expect(lost).toBe(0);
});

test('a look at a line that lives does nothing', () => {
  silence.begin(10);
  silence.heard();
  timers.advance(24_000);
  silence.look();
  timers.advance(900);
  expect(lost).toBe(0);
});

test.each([1, 3, 20])('a server that does not say how often it beats is understood: every %i s', (heartbeat_s) => {
  silence.begin();
  silence.heard();
  beats(3, heartbeat_s * 1_000);
  expect(lost).toBe(0);
  timers.advance(2.5 * heartbeat_s * 1_000 - 100);
  expect(lost).toBe(0);
  timers.advance(1_000);
  expect(lost).toBe(1);
});

test('a server that beats more seldom than was thought is given up too soon once, and then waited for', () => {
  silence.begin();
  silence.heard();
  timers.advance(HEARTBEAT_S * 2_500 + 1_000);
  expect(lost).toBe(1);
  silence.begin();
  silence.heard();
  beats(3, 30_000);
  timers.advance(70_000);
  expect(lost).toBe(1);
});

test('beats that were held up and come together say nothing', () => {
  silence.begin();
  beats(3, 10);
  timers.advance(20_000);
  expect(lost).toBe(0);
});

test('a line that was ended is not watched', () => {
  silence.begin(10);
  silence.end();
  silence.look();
  timers.advance(600_000);
  expect(lost).toBe(0);
  expect(timers.pending).toBe(0);
});
