import { expect, test } from 'vitest';

import { countChars, replaceMarked } from './words';

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
