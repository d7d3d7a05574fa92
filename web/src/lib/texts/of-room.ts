import { speak } from '../i18n';
import { words as ko } from './ko/of-room';

// The texts of the guests’ page: like the desk, it is opened on a phone. Most read Korean: it comes with the page, the other one
// when it is wanted.
await speak({
  ko: async () => ko,
  en: async () => (await import('./en/of-room')).words,
});
