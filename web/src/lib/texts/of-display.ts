import { speak } from '../i18n';
import { words as ko } from './ko/of-display';

// The texts of the wall screen. Most read Korean: it comes with the page, the other one
// when it is wanted.
await speak({
  ko: async () => ko,
  en: async () => (await import('./en/of-display')).words,
});
