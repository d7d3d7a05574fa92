import { expect, test } from 'vitest';

import type { OfficeLine } from './api.gen';
import { choices, lineName, opensText, rangeText, waitingText } from './busy';

const ko = { topic: 'GENERAL', language: 'ko', name: '일반', name_en: 'General', open: true };
const en = { ...ko, language: 'en', open: false };
const load: OfficeLine = { ...ko, open: false, waiting: 3, ahead_s: [120, 400], opens_at: null };

test('each topic is one choice, in the wanted language where there is one', () => {
  expect(choices([ko, en], undefined, 'en').map(({ line }) => line.language)).toEqual(['en']);
  expect(choices([ko, en], undefined, 'fr').map(({ line }) => line.language)).toEqual(['ko']);
});

test('the live figures outrank the list, and stand in for it', () => {
  expect(choices([ko], [load], 'ko')).toEqual([{ line: ko, load, open: false }]);
  expect(choices([ko], [], 'ko')).toEqual([{ line: ko, load: null, open: true }]);
  expect(choices([], [load], 'ko')).toEqual([{ line: load, load, open: false }]);
});

test('how busy a line is, in words', () => {
  expect(waitingText(0)).toBe('기다리는 사람 없음');
  expect(waitingText(3)).toBe('3명 대기');
  expect(rangeText(load)).toBe('예상 대기 약 2~7분');
  expect(rangeText({ ahead_s: null })).toBeNull();
  expect(lineName(ko)).toBe('일반');
});

test('a closed line says when it opens, by the office’s clock', () => {
  // Saturday, 21:30 in Seoul.
  const now = Date.parse('2026-11-21T12:30:00Z');
  const opens = (at: string | null) => opensText(at, now);
  expect(opens('2026-11-21T13:00:00Z')).toBe('오늘 22:00에 시작합니다');
  expect(opens('2026-11-22T00:00:00Z')).toBe('내일 09:00에 시작합니다');
  expect(opens('2026-11-23T00:00:00Z')).toBe('월요일 09:00에 시작합니다');
  expect(opens(null)).toBe('운영 시간이 아닙니다');
});
