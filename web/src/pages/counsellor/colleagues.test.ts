import { expect, test } from 'vitest';

import type { Colleague } from '../../lib/api.gen';
import { colleagueChoices, lineChoices } from './colleagues';

function colleague(id: string, change: Partial<Colleague> = {}): Colleague {
  const idle = { intent: 'OPEN', reason: null, activity: 'IDLE', connected: true, free: 1, lines: ['G'] } as const;
  return { id, name: id, ...idle, lines: ['G'], ...change };
}

test('whoever can take it stands first, and oneself is not among them', () => {
  const all = [
    colleague('off', { connected: false }),
    colleague('me'),
    colleague('meal', { intent: 'PAUSED' }),
    colleague('full', { free: 0 }),
    colleague('free'),
  ];
  expect(colleagueChoices(all, 'me').map(({ name, standing }) => [name, standing])).toEqual([
    ['free', 'READY'],
    ['full', 'FULL'],
    ['meal', 'PAUSED'],
    ['off', 'OFFLINE'],
  ]);
});

test('a topic with two languages is one choice, with all who wait', () => {
  const line = { topic: 'G', name: 'General', open: true };
  const lines = [
    { ...line, language: 'ko', waiting: 2 },
    { ...line, language: 'en', open: false, waiting: 1 },
  ];
  expect(lineChoices(lines, [], [colleague('free'), colleague('me'), colleague('full', { free: 0 })], 'me')).toMatchObject([
    { target: { line: 'G' }, name: 'General', waiting: 3, ready: 1, open: true },
  ]);
});

test('where nobody tells who waits, one’s own queue does, and else nothing is claimed', () => {
  const lines = [
    { topic: 'G', language: 'ko', name: 'General', open: true },
    { topic: 'F', language: 'ko', name: 'Finance', open: true },
  ];
  const load = { line: 'G', language: 'ko', waiting: 4, longest_s: 1, open: 0, talking: 0 };
  expect(lineChoices(lines, [load], [], 'me').map(({ waiting }) => waiting)).toEqual([4, null]);
});
