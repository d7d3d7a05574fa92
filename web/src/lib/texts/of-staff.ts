import { speak } from '../i18n';

// Every text there is: who works here stays on the page all day. A page imports this before it draws anything.
await speak({
  ko: async () => (await import('./ko')).ko,
  en: async () => (await import('./en')).en,
});
