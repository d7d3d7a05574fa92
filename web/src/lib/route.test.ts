import { expect, test } from 'vitest';

import { format, parse } from './route';

test.each([
  ['', { section: '', id: null, query: {} }],
  ['#accounts', { section: 'accounts', id: null, query: {} }],
  ['#accounts/a%2Fb', { section: 'accounts', id: 'a/b', query: {} }],
  ['#consultations?q=%EC%97%AC%EA%B6%8C&status=DONE', { section: 'consultations', id: null, query: { q: '여권', status: 'DONE' } }],
  ['#desks/%E0%A4%A', { section: 'desks', id: '%E0%A4%A', query: {} }],
])('%s is a place', (hash, route) => {
  expect(parse(hash)).toEqual(route);
});

test('a place is written so that it is read the same, without what is empty', () => {
  const hash = format('consultations', null, { q: '여권 & 비자', status: '' });
  expect(parse(hash)).toEqual({ section: 'consultations', id: null, query: { q: '여권 & 비자' } });
  expect(format('lines', 'a/b')).toBe('#lines/a%2Fb');
});
