import { beforeEach, expect, test, vi } from 'vitest';

let i18n: typeof import('./i18n');

beforeEach(async () => {
  vi.resetModules();
  i18n = await import('./i18n');
});

test('a text has its values, and what somebody wrote is put in as it is', async () => {
  const { showIn, speak, t } = i18n;
  await speak({ ko: () => Promise.resolve({ 'common.close': '{{a}} / {{b}} / {{a}}' }), en: () => Promise.resolve({}) });
  await showIn('ko');
  expect(t('common.close', { a: '{{b}}', b: 7 })).toBe('{{b}} / 7 / {{b}}');
  expect(t('common.close', { a: "$&$'", b: 0 })).toBe("$&$' / 0 / $&$'");
});

test('a text that a language lacks is told in Korean, and one that is nowhere by its key', async () => {
  const { showIn, speak, t } = i18n;
  await speak({ ko: () => Promise.resolve({ 'common.close': '닫기' }), en: () => Promise.resolve({}) });
  await showIn('en');
  expect(t('common.close')).toBe('닫기');
  expect(t('common.back')).toBe('common.back');
});

test('where the texts of a language cannot be had, the page stays as it is', async () => {
  const { language, showIn, speak } = i18n;
  await speak({ ko: () => Promise.resolve({}), en: () => Promise.reject(new Error('cut off')) });
  expect([await showIn('en'), language.value]).toEqual([false, 'ko']);
});
