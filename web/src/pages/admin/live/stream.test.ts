import { expect, test } from 'vitest';

import { FakeTimers } from '../../../testing/fakes';
import { ticket } from '../../../testing/live';
import { Feed } from './feed';
import { Stream } from './stream';

class FakeSource {
  readyState = 0;
  onerror: (() => void) | null = null;
  private readonly listeners = new Map<string, (event: { data: string }) => void>();

  addEventListener(type: string, listener: (event: { data: string }) => void): void {
    this.listeners.set(type, listener);
  }

  says(type: string, data: unknown): void {
    this.listeners.get(type)?.({ data: JSON.stringify(data) });
  }

  fails(readyState: number): void {
    this.readyState = readyState;
    this.onerror?.();
  }

  close(): void {
    this.readyState = 2;
  }
}

function stream() {
  const sources: FakeSource[] = [];
  const timers = new FakeTimers();
  const feed = new Feed({ schedule: () => () => undefined });
  let refusals = 0;
  const it = new Stream({
    take: (event) => feed.take(event),
    connection: (connection) => feed.connection(connection),
    refused: () => (refusals += 1),
    timers,
    connect: () => {
      const source = new FakeSource();
      sources.push(source);
      return source as unknown as EventSource;
    },
  });
  it.start();
  return { it, sources, timers, state: () => feed.state.value, refusals: () => refusals };
}

test('a dropped stream is said calmly and left to the browser for a while', () => {
  const { sources, state, timers } = stream();
  sources[0]!.says('snapshot', { rooms: [], tickets: [ticket('a')], counsellors: [] });
  sources[0]!.fails(0);
  expect(state().connection).toBe('RETRYING');
  expect(state().tickets.size).toBe(1);
  timers.advance(20_000);
  expect(sources).toHaveLength(1);
  timers.advance(6_000);
  expect(sources).toHaveLength(2);
});

test('a stream that fell silent is said to be lost and opened anew; beats keep it', () => {
  const { it, sources, state, timers } = stream();
  sources[0]!.says('snapshot', { rooms: [], tickets: [ticket('a')], counsellors: [] });
  for (let beat = 0; beat < 12; beat += 1) {
    timers.advance(10_000);
    sources[0]!.says('beat', {});
  }
  expect(state().connection).toBe('OPEN');
  expect(sources).toHaveLength(1);
  timers.advance(26_000);
  expect(state().connection).toBe('RETRYING');
  expect(sources).toHaveLength(2);
  sources[1]!.says('snapshot', { rooms: [], tickets: [], counsellors: [] });
  expect(state().connection).toBe('OPEN');
  it.stop();
  expect(timers.pending).toBe(0);
});

test('a refused stream asks who is logged in and is tried anew', () => {
  const { it, sources, timers, refusals } = stream();
  sources[0]!.fails(2);
  expect(refusals()).toBe(1);
  timers.advance(1_000);
  expect(sources).toHaveLength(2);
  it.stop();
  expect(timers.pending).toBe(0);
});
