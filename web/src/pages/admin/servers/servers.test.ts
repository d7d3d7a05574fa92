import { afterEach, expect, test, vi } from 'vitest';

import type { Node } from '../../../lib/api.gen';
import { FakeTimers } from '../../../testing/fakes';
import { findings } from './findings';
import { ANSWER_MS_MAX, LOOK_MS, Servers } from './servers';
import { gone, isAlone, isOld, isUnmatched, nothingSeen, reduce, type ServersState } from './state';

const node = (name: string, more: Partial<Node> = {}): Node => ({
  node: `${name}-1`,
  name,
  version: '0.1.0',
  state: 'UP',
  engine: 'POSTGRES',
  sockets: 3,
  rooms: 1,
  matchmaker: name === 'one',
  me: name === 'one',
  ...more,
});
const [one, two, three] = [node('one'), node('two'), node('three')];

const answered = (state: ServersState, ...looks: Node[][]) =>
  looks.reduce((before, nodes) => reduce(before, { type: 'answered', nodes, at: 1 }), state);
const seen = (...looks: Node[][]) => answered(nothingSeen, ...looks);
const namesOf = (nodes: readonly Node[]) => nodes.map(({ name }) => name);
const keysOf = (state: ServersState) => findings(state).map(({ key }) => key);

test('a server that was there is gone once two looks running do not find it', () => {
  const missed = seen([one, two, three], [one, two]);
  expect([namesOf(gone(missed)), keysOf(missed)]).toEqual([[], []]);
  const after = answered(missed, [one, two]);
  expect([namesOf(gone(after)), keysOf(after)]).toEqual([['three'], ['servers.gone']]);
  // Whoever answers next may have seen it all the time.
  expect(keysOf(answered(after, [one, two, three]))).toEqual([]);
});

test('a server that was started anew is not missed, one of two with its name is', () => {
  const before = seen([one, two, three], [one, two], [one, two]);
  expect(gone(answered(before, [one, two, node('three', { node: 'three-2' })]))).toEqual([]);
  const twins = [node('host', { node: 'a' }), node('host', { node: 'b' })];
  expect(gone(seen(twins, twins.slice(1), twins.slice(1)))).toEqual([twins[0]]);
});

test('that nobody matches is said when two looks running find it so', () => {
  const waits = [node('two'), node('three')];
  expect(isUnmatched(seen(waits))).toBe(false);
  expect(keysOf(seen(waits, waits))).toContain('servers.unmatched');
  expect(isUnmatched(seen(waits, waits, [one, two], waits))).toBe(false);
});

test('one look without an answer is no news, and what was seen stays', () => {
  const failed = { type: 'failed', trouble: { key: 'common.unreachable' } } as const;
  const once = reduce(seen([one, two]), failed);
  expect([isOld(once), once.nodes]).toEqual([false, [one, two]]);
  const twice = reduce(once, failed);
  expect([isOld(twice), twice.at]).toEqual([true, 1]);
  expect(isOld(answered(twice, [one, two]))).toBe(false);
  expect(isOld(reduce(reduce(nothingSeen, failed), failed))).toBe(false);
});

const alone = node('one', { engine: null });

test.each<[string, Node[], string[]]>([
  ['quiet', [one, two], []],
  ['one server that is alone', [alone], []],
  ['a server that is alone and stopped', [{ ...alone, state: 'DRAINING' }], ['servers.drains.alone']],
  ['a cluster of one', [one], ['servers.last']],
  ['one that drains', [one, node('two', { state: 'DRAINING' })], ['servers.drains']],
  ['one that starts', [one, node('two', { state: 'JOINING' })], ['servers.joins']],
  ['another version', [one, node('two', { version: '0.2.0' })], ['servers.versions']],
  ['one without Redis', [node('one', { engine: 'REDIS' }), two], ['servers.not_redis']],
  ['one that has had no time for Redis', [node('one', { engine: 'REDIS' }), node('two', { state: 'JOINING' })], ['servers.joins']],
  ['the one that answers is cut off', [one, two, node('four', { state: 'GONE' })], ['servers.cut_off']],
])('%s: what is said of it', (_, nodes, keys) => {
  expect(keysOf(seen(nodes))).toEqual(keys);
  expect(isAlone(nodes)).toBe(nodes[0]!.engine === null);
});

test('versions are named with who runs them, and what goes by is no warning', () => {
  const nodes = [one, two, node('three', { version: '0.2.0', state: 'DRAINING' })];
  expect(findings(seen(nodes))).toEqual([
    { key: 'servers.versions', values: { versions: '0.1.0 (one, two), 0.2.0 (three)' }, grave: true },
    { key: 'servers.drains', values: { names: 'three' }, grave: false },
  ]);
});

afterEach(() => vi.unstubAllGlobals());

/** Looks at servers that answer in this order; after the last of them, never again. */
function watched(...answers: Array<readonly [status: number, body: unknown]>) {
  const asked = vi.fn(() => {
    const [status, body] = answers.shift() ?? [];
    if (status === undefined) return new Promise<Response>(() => undefined);
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } }));
  });
  vi.stubGlobal('fetch', asked);
  const timers = new FakeTimers();
  const wakers = new Set<() => void>();
  const page = { hidden: false };
  const servers = new Servers({
    timers,
    isHidden: () => page.hidden,
    onWake: (listener) => {
      wakers.add(listener);
      return () => wakers.delete(listener);
    },
  });
  const wake = () => wakers.forEach((listener) => listener());
  return { servers, asked, timers, page, wake, wakers, state: () => servers.state.value };
}

const list = (...items: Node[]) => [200, { items, next: null }] as const;

test('servers are looked at again as long as somebody sees them, and as the page comes back', async () => {
  const { servers, asked, timers, page, wake, wakers, state } = watched(list(one), list(one, two), list(one, three));
  servers.start();
  await vi.waitFor(() => expect(state().nodes).toEqual([one]));
  timers.advance(LOOK_MS);
  await vi.waitFor(() => expect(state().nodes).toEqual([one, two]));
  page.hidden = true;
  timers.advance(10 * LOOK_MS);
  expect(asked).toHaveBeenCalledTimes(2);
  wake();
  await vi.waitFor(() => expect(state().nodes).toEqual([one, three]));
  servers.stop();
  expect([timers.pending, wakers.size]).toEqual([0, 0]);
});

test('a server that answers nobody is not waited for', async () => {
  const { servers, asked, timers, state } = watched(list(one, two));
  servers.start();
  await vi.waitFor(() => expect(state().nodes).toEqual([one, two]));
  timers.advance(LOOK_MS + 2 * ANSWER_MS_MAX);
  expect([isOld(state()), asked.mock.calls.length]).toEqual([true, 4]);
  servers.stop();
  expect(timers.pending).toBe(0);
});

test('a server that cannot now is asked again; who may not look is told so once', async () => {
  const busy = [503, { status: 503, code: 'DATABASE_UNAVAILABLE' }] as const;
  const { servers, asked, timers, state, wakers } = watched(busy, list(one), [403, { status: 403, code: 'NOT_ALLOWED' }]);
  servers.start();
  await vi.waitFor(() => expect(state().trouble?.key).toBe('fault.BUSY'));
  timers.advance(LOOK_MS);
  await vi.waitFor(() => expect([state().nodes, state().trouble]).toEqual([[one], null]));
  timers.advance(LOOK_MS);
  await vi.waitFor(() => expect(state().refused).toBe(true));
  expect([asked.mock.calls.length, timers.pending, wakers.size]).toEqual([3, 0, 0]);
});
