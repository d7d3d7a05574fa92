import { beforeEach, expect, test } from 'vitest';

import { Guide, stepAt, stepOf } from './guide';
import { suggested } from './lines';

beforeEach(() => history.replaceState(null, '', '/setup'));

test('an address names a step, or none', () => {
  expect(stepOf('?step=lines')).toBe('LINES');
  expect(stepOf('?step=nonsense')).toBeNull();
  expect(stepOf('')).toBeNull();
});

test('the first step has none before it and the last none after', () => {
  expect(stepAt('FACTOR', -1)).toBeNull();
  expect(stepAt('FACTOR', 1)).toBe('OFFICE');
  expect(stepAt('TRY', 1)).toBeNull();
});

test('a reload shows the same step', () => {
  new Guide().go('COUNSELLOR');
  expect(location.search).toBe('?step=counsellor');
  expect(new Guide().step.value).toBe('COUNSELLOR');
});

test('the browser’s Back shows the step before', () => {
  const guide = new Guide();
  guide.go('OFFICE');
  history.replaceState(null, '', '/setup?step=factor');
  dispatchEvent(new PopStateEvent('popstate'));
  expect(guide.step.value).toBe('FACTOR');
});

const line = (topic: string, prefix: string, language = 'ko') => ({ topic, prefix, language });

test('a new line is called by its English name, and its numbers begin like no other’s', () => {
  expect(suggested('Legal advice', [line('GENERAL', 'A')])).toEqual({ topic: 'LEGAL_ADVICE', prefix: 'B' });
  expect(suggested('2nd floor', [line('GENERAL', 'B')])).toEqual({ topic: 'LINE_2ND_FLOOR', prefix: 'A' });
  expect(suggested('세금', [line('GENERAL', 'A')])).toEqual({ topic: 'LINE_2', prefix: 'B' });
});

test('a topic that is there gets a number', () => {
  expect(suggested('General', [line('GENERAL', 'A'), line('GENERAL_2', 'B')])).toEqual({ topic: 'GENERAL_3', prefix: 'C' });
});

test('beyond the alphabet prefixes have two letters', () => {
  const all = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => line(letter, letter));
  expect(suggested('More', all).prefix).toBe('AA');
});
