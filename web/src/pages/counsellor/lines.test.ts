import { expect, it } from 'vitest';

import { setLanguage } from '../../lib/i18n';
import { learnNames, lineShown } from './lines';

const GENERAL = { topic: 'GENERAL', language: 'ko', name: '일반 상담' };

it('a line is called by its name in the language of the page', async () => {
  await learnNames(async () => [{ ...GENERAL, name_en: 'General' }]);
  await setLanguage('en');
  expect(lineShown(GENERAL)).toBe('General');
  await setLanguage('ko');
  expect(lineShown(GENERAL)).toBe('일반 상담');
});

it('a line that is new, or was called something else, is called what the frame says', async () => {
  await learnNames(async () => [{ ...GENERAL, name_en: 'General' }]);
  await setLanguage('en');
  expect(lineShown({ ...GENERAL, name: '종합 상담' })).toBe('종합 상담');
  expect(lineShown({ topic: 'TAX', language: 'ko', name: '세금' })).toBe('세금');
});

it('names that cannot be read now are those that were read before', async () => {
  await learnNames(async () => [{ ...GENERAL, name_en: 'General' }]);
  await learnNames(() => Promise.reject(new Error('away')));
  await setLanguage('en');
  expect(lineShown(GENERAL)).toBe('General');
});
