import { beforeEach, describe, expect, test } from 'vitest';

import { FakeTimers } from '../testing/fakes';
import { ApiError, Unreachable } from './api';
import type { OfficeView } from './api.gen';
import { officeZone } from './office';
import { HEARTBEAT_S } from './silence';
import { LOST_AFTER_MS, OfficeFeed, type Called } from './office-feed';

/** The server's end of a stream, played by the test. */
class FakeSource {
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  private readonly listeners = new Map<string, (event: { data: string }) => void>();

  addEventListener(type: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.readyState = 2;
  }

  says(type: string, data: unknown): void {
    this.readyState = 1;
    this.listeners.get(type)?.({ data: JSON.stringify(data) });
  }

  drops(): void {
    this.readyState = 0;
    this.onerror?.();
  }

  refuses(): void {
    this.readyState = 2;
    this.onerror?.();
  }
}

const office: OfficeView = { name: '민원실', time_zone: 'Asia/Seoul', draining: false, lines: [] };
const call: Called = { number: 'A-001', line: 'GENERAL', line_name: '일반', desk: null, at: '2026-01-01T00:00:00Z' };
const missing = new ApiError({ status: 404, code: 'NOT_FOUND' }, null);

let timers: FakeTimers;
let sources: FakeSource[];
let called: Called[];
let answer: () => Promise<OfficeView>;
let feed: OfficeFeed;

const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  timers = new FakeTimers();
  sources = [];
  called = [];
  answer = () => Promise.resolve(office);
  feed = new OfficeFeed({
    timers,
    called: (each) => called.push(each),
    read: () => answer(),
    connect: () => {
      sources.push(new FakeSource());
      return sources.at(-1) as unknown as EventSource;
    },
  });
  feed.start();
});

test('the office and its calls are heard as they come', () => {
  sources[0]!.says('office', office);
  sources[0]!.says('called', call);
  expect(feed.office.value).toEqual(office);
  expect(feed.reach.value).toBe('OPEN');
  expect(called).toEqual([call]);
});

test('a line that is back at once is nobody’s business; one that stays away is', () => {
  sources[0]!.says('office', office);
  sources[0]!.drops();
  timers.advance(LOST_AFTER_MS - 1);
  sources[0]!.onopen?.();
  timers.advance(LOST_AFTER_MS);
  expect(feed.reach.value).toBe('OPEN');
  sources[0]!.drops();
  timers.advance(LOST_AFTER_MS);
  expect(feed.reach.value).toBe('LOST');
  expect(feed.office.value).toEqual(office);
});

test('a stream that fell silent is opened anew, and said to be lost where that does not help', () => {
  sources[0]!.says('office', office);
  timers.advance(HEARTBEAT_S * 2_500 + 1_000);
  expect(sources).toHaveLength(2);
  timers.advance(LOST_AFTER_MS);
  expect(feed.reach.value).toBe('LOST');
  expect(sources[0]!.readyState).toBe(2);
  sources[0]!.says('called', call);
  expect(called).toEqual([]);
});

test('a quiet office is heard to be there', () => {
  for (let beat = 0; beat < 30; beat += 1) {
    timers.advance(HEARTBEAT_S * 1_000);
    sources[0]!.says('beat', {});
  }
  expect(sources).toHaveLength(1);
  expect(feed.reach.value).toBe('OPEN');
});

test('a wall that wakes from sleep looks at once', () => {
  sources[0]!.says('office', office);
  timers.sleep(3_600_000);
  dispatchEvent(new Event('pageshow'));
  timers.advance(1_000);
  expect(sources).toHaveLength(2);
});

describe('a refused stream', () => {
  test('is tried again, and the plain answer will do meanwhile', async () => {
    sources[0]!.refuses();
    await settled();
    expect(feed.office.value).toEqual(office);
    expect(feed.reach.value).toBe('OPEN');
    timers.advance(10_000);
    expect(sources).toHaveLength(2);
  });

  test('of a server without these figures is left alone for a while, and is no trouble', async () => {
    answer = () => Promise.reject(missing);
    sources[0]!.refuses();
    await settled();
    timers.advance(30_000);
    expect(feed.reach.value).toBe('ABSENT');
    expect(sources).toHaveLength(1);
    timers.advance(30_000);
    expect(sources).toHaveLength(2);
  });

  test('of a server that is gone is a lost one, until it is back', async () => {
    answer = () => Promise.reject(new Unreachable('cut'));
    sources[0]!.refuses();
    await settled();
    timers.advance(LOST_AFTER_MS);
    expect(feed.reach.value).toBe('LOST');
    sources.at(-1)!.says('office', office);
    expect(feed.reach.value).toBe('OPEN');
  });

  test('that was stopped meanwhile stays stopped', async () => {
    sources[0]!.refuses();
    feed.stop();
    await settled();
    timers.advance(600_000);
    expect(sources).toHaveLength(1);
    expect(feed.office.value).toBeNull();
    expect(timers.pending).toBe(0);
  });
});

test('a page that follows no office can look once, and knows its clock', async () => {
  answer = () => Promise.resolve({ ...office, time_zone: 'Asia/Kolkata' });
  feed.stop();
  await feed.look();
  expect(sources).toHaveLength(1);
  expect(feed.office.value?.time_zone).toBe('Asia/Kolkata');
  expect(officeZone.value).toBe('Asia/Kolkata');
  answer = () => Promise.reject(missing);
  await feed.look();
  expect(officeZone.value).toBe('Asia/Kolkata');
});
