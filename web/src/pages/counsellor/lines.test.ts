import { afterEach, expect, test } from 'vitest';

import { showIn } from '../../lib/i18n';
import type { LineInfo } from '../../lib/protocol.gen';
import { lineName, topicShown } from './lines';
import { empty, type CounsellorState } from './state';

const korean: LineInfo = { topic: 'TAX', language: 'ko', name: '세금', name_en: 'Tax', open: true };
const english: LineInfo = { topic: 'TAX', language: 'en', name: 'Tax in English', open: true };

function serving(...lines: LineInfo[]): CounsellorState {
  return { ...empty, mine: { intent: 'OPEN', activity: 'IDLE', capacity: 1, lines } };
}

afterEach(async () => {
  await showIn('ko');
});

test('a line is shown as the page speaks, and told as its visitor knows it', async () => {
  expect(topicShown(serving(korean), 'TAX')).toBe('세금');
  await showIn('en');
  expect(topicShown(serving(korean), 'TAX')).toBe('Tax');
  expect(lineName(serving(korean), 'TAX')).toBe('세금');
});

test('of two lines of a topic the one in the visitor’s language is meant', () => {
  expect(lineName(serving(korean, english), 'TAX', 'en')).toBe('Tax in English');
  expect(lineName(serving(korean, english), 'TAX')).toBe('세금');
});

test('a line that is not one’s own is called by its topic', () => {
  expect(topicShown(serving(korean), 'LAW')).toBe('LAW');
});
