import { expect, test } from 'vitest';

import type { PostView } from '../../lib/api.gen';
import { patch as noticePatch, stateOf, usual, valuesOf } from './notices/notices';
import { isShortcut, patch as replyPatch, scopeOf } from './replies/replies';

const notice: PostView = {
  id: 'n',
  kind: 'NOTICE',
  language: 'ko',
  title: '안내',
  body: '점심시간',
  order: 2,
  from: '2026-11-21T00:00:00Z',
  until: null,
  version: 1,
};

test('a notice is sent in the office’s time, and an empty bound as none', () => {
  expect(valuesOf(notice)).toMatchObject({ order: '2', from: '2026-11-21T09:00', until: '' });
  expect(noticePatch({ from: '2026-11-21T09:00', until: '' })).toEqual({ from: '2026-11-21T00:00:00.000Z', until: null });
  expect(noticePatch({ title: ' 안내 ', order: '3' })).toEqual({ title: '안내', order: 3 });
  expect(usual(4)).toMatchObject({ order: '4', language: 'ko' });
});

test.each([
  [{ from: null, until: null }, 'SHOWN'],
  [{ from: '2026-11-22T00:00:00Z', until: null }, 'LATER'],
  [{ from: null, until: '2026-11-21T00:00:00Z' }, 'OVER'],
  [{ from: '2026-11-20T00:00:00Z', until: '2026-11-21T00:00:01Z' }, 'SHOWN'],
] as const)('a notice with %o is %s', (bounds, state) => {
  expect(stateOf({ ...notice, ...bounds }, Date.parse('2026-11-21T00:00:00Z'))).toBe(state);
});

test.each([
  ['인사', true],
  [' hello-1_b ', true],
  ['a b', false],
  ['/hi', false],
  ['', false],
])('%s as a shortcut: %s', (typed, fits) => {
  expect(isShortcut(typed)).toBe(fits);
});

test('a reply is sent without blanks around it', () => {
  expect(replyPatch({ shortcut: ' hi ', body: ' Hello ' })).toEqual({ shortcut: 'hi', body: 'Hello' });
  expect(scopeOf('own')).toBe('own');
  expect(scopeOf('x')).toBe('shared');
});
