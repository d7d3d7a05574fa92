import { speak } from '../i18n';

// The texts of the guests' page: like the desk, it is opened on a phone.
await speak({
  ko: async () => (await import('./ko/of-room')).words,
  en: async () => (await import('./en/of-room')).words,
});
