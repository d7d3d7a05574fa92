import { speak } from '../i18n';

// The texts of the wall screen.
await speak({
  ko: async () => (await import('./ko/of-display')).words,
  en: async () => (await import('./en/of-display')).words,
});
