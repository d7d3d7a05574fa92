import { speak } from '../i18n';

// The texts of the desk and of no other page: a visitor's phone loads these, in one language.
await speak({
  ko: async () => (await import('./ko/of-desk')).words,
  en: async () => (await import('./en/of-desk')).words,
});
