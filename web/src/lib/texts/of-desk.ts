import { speak } from '../i18n';
import { words as ko } from './ko/of-desk';

// The texts of the desk and of no other page: a visitor’s phone loads these. Most read Korean: it comes with the page, the other one
// when it is wanted.
await speak({
  ko: async () => ko,
  en: async () => (await import('./en/of-desk')).words,
});
