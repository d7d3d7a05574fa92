import { expect, test } from 'vitest';

import type { ReplyView } from '../../lib/api.gen';
import { fill, fitting } from './canned';

function reply(shortcut: string, body = ''): ReplyView {
  return { id: shortcut, shortcut, body, language: 'ko', shared: false, mine: true, version: 1 };
}

const replies = [reply('wait', '잠시만 기다려 주세요'), reply('hello', '안녕하세요'), reply('신분증', '신분증을 준비해 주세요')];
const names = (typed: string) => fitting(replies, typed).map(({ shortcut }) => shortcut);

test('nothing is offered unless the message begins with a slash', () => {
  expect(names('')).toEqual([]);
  expect(names('a /hello')).toEqual([]);
});

test('a slash alone offers all of them, in order', () => {
  expect(names('/')).toEqual(['hello', 'wait', '신분증']);
});

test('the beginning of a short name comes before what only holds the words', () => {
  expect(names('/h')).toEqual(['hello']);
  expect(names('/주세요')).toEqual(['wait', '신분증']);
  expect(names('/신')).toEqual(['신분증']);
});

test('a short name typed as single letters is found all the same', () => {
  expect(names('/신분'.normalize('NFD'))).toEqual(['신분증']);
});

test('no more are offered than can be taken in, and none that fits nothing', () => {
  expect(fitting(Array.from({ length: 30 }, (_, n) => reply(`r${n}`)), '/')).toHaveLength(8);
  expect(names('/없음')).toEqual([]);
  expect(names('/hello\nmore')).toEqual([]);
});

test('the known holes are filled, and others stay as they were written', () => {
  const filling = { visitor: '{line}', counsellor: 'Kim', number: 'A-1', line: 'General' };
  expect(fill('{visitor}: {number} {counsellor} {line} {other} {}', filling)).toBe('{line}: A-1 Kim General {other} {}');
});
