import { signal, type ReadonlySignal } from '@preact/signals';
import i18next from 'i18next';

import { en } from './texts/en';
import { ko } from './texts/ko';

export type Language = 'ko' | 'en';
export type TextKey = keyof typeof ko;

const KEY = 'anteroom.language';

const present = signal<Language>(remembered());
export const language: ReadonlySignal<Language> = present;

void i18next.init({
  lng: present.value,
  fallbackLng: 'ko',
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  // Views write text nodes only; escaping here would show the escapes.
  interpolation: { escapeValue: false },
  resources: { ko: { translation: ko }, en: { translation: en } },
});
show(present.value);

/** A text in the present language. A view that calls it is drawn anew when the language changes. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  return i18next.t(key, { ...values, lng: language.value });
}

export function setLanguage(next: Language): void {
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
  show(next);
  present.value = next;
}

function show(next: Language): void {
  document.documentElement.lang = next;
}

function remembered(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'ko';
  } catch {
    return 'ko';
  }
}
