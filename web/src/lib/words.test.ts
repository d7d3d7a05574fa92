import { expect, test } from 'vitest';

import { BODY_CHARS_MAX, FRAME_BYTES_MAX } from './protocol.gen';
import { countChars, isBlank, replaceMarked, toJson, tooLong } from './words';

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

const bytes = (text: string) => new TextEncoder().encode(text).length;

test('any message that may be typed fits a frame, however its letters came apart', () => {
  const ids = { type: 'say', room: crypto.randomUUID(), client_id: crypto.randomUUID() };
  for (const letter of ['한'.normalize('NFD'), '각'.normalize('NFD'), 'ệ'.normalize('NFD'), '𠀀', '"', '\\', '\n', '\u0001', '\uD800', '가']) {
    const body = letter.repeat(BODY_CHARS_MAX);
    expect(tooLong(body, BODY_CHARS_MAX)).toBeNull();
    expect(bytes(toJson({ ...ids, body })), JSON.stringify(letter)).toBeLessThan(FRAME_BYTES_MAX);
  }
});

test('text leaves the page composed, as the server counts it', () => {
  expect(toJson({ name: '한글'.normalize('NFD') })).toBe('{"name":"한글"}');
});

test('what no screen shows is no message', () => {
  for (const nothing of ['', ' ', '\u3164', '\uFFA0', '\u200B', '\u2060\n', '\u00AD', '\u115F\u1160', '\u{E0041}', '\uFE0F', '\u2800', '\u202E']) {
    expect(isBlank(nothing), JSON.stringify(nothing)).toBe(true);
  }
  for (const seen of ['.', '가', '👍', '👩‍🚀', 'می‌خواهم', '1️⃣', '\u115F\u1161']) expect(isBlank(seen), seen).toBe(false);
});

test('halves of characters leave the page as what screens show for them', () => {
  expect(toJson({ body: ['a\uD83D', '\uDE00\uD83D', '👍', '\u{10FFFF}'] })).toBe('{"body":["a\uFFFD","\uFFFD\uFFFD","👍","\u{10FFFF}"]}');
});
