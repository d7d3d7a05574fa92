import { expect, test } from 'vitest';

import { countChars, replaceMarked, toJson, tooLong } from './words';

test('characters are counted as the server counts them', () => {
  expect(countChars('한글')).toBe(2);
  expect(countChars('한글'.normalize('NFD'))).toBe(2);
  expect(countChars('👍')).toBe(1);
  expect(countChars('👨‍👩‍👧‍👦')).toBe(7);
  expect(countChars('a\u202Eb')).toBe(3);
});

test('what is marked is replaced', () => {
  expect(replaceMarked('hello', 1, 3, '--')).toBe('h--lo');
});

test('a text that is too long says by how much', () => {
  expect(tooLong('가'.repeat(40), 40)).toBeNull();
  expect(tooLong('👍'.repeat(40), 40)).toBeNull();
  expect(tooLong('가'.repeat(100_000), 40)).toEqual({ key: 'common.long', values: { chars: '100,000', max: '40' } });
  // Some characters are two in the composed form.
  expect(tooLong('\u0958', 1)).not.toBeNull();
});

test('halves of characters leave the page as what screens show for them', () => {
  expect(toJson({ body: ['a\uD83D', '\uDE00\uD83D', '👍', '\u{10FFFF}'] })).toBe('{"body":["a\uFFFD","\uFFFD\uFFFD","👍","\u{10FFFF}"]}');
});
