import { signal, type ReadonlySignal } from '@preact/signals';

import { remember, remembered } from './preference';
import type { ko } from './texts/ko';

export const LANGUAGES = ['ko', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
export type TextKey = keyof typeof ko;

/** Where the texts of a page are. Only those of the language in use are loaded. */
export type Words = Readonly<Record<Language, () => Promise<Readonly<Partial<Record<TextKey, string>>>>>>;

const KEY = 'anteroom.language';

let words: Words | null = null;
const present = signal<Language>(remembered(KEY, 'lang', LANGUAGES, 'ko'));
export const language: ReadonlySignal<Language> = present;

/** The texts that were loaded. */
const known: Partial<Record<Language, Readonly<Partial<Record<TextKey, string>>>>> = {};
/** Where a value stands in a text. */
const PLACE = /\{\{(\w+)\}\}/g;

show(present.value);

/** Gives the page its texts; a page does this before it draws anything. */
export async function speak(from: Words): Promise<void> {
  words = from;
  await load(present.value);
}

/**
 * A text in the present language. A view that calls it is drawn anew when the language changes. Values are put in as
 * they are, once: what somebody wrote is never read for places of its own. Views write text nodes only.
 */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  const text = known[language.value]?.[key] ?? known.ko?.[key] ?? key;
  return text.replace(PLACE, (_, name: string) => String(values[name] ?? ''));
}

/** Changes the language and remembers it. Where its texts cannot be had now, the page stays as it is. */
export async function setLanguage(next: Language): Promise<void> {
  if (!(await showIn(next))) return;
  remember(KEY, next);
}

/** Changes the language for now. Returns whether its texts could be had. */
export async function showIn(next: Language): Promise<boolean> {
  try {
    await load(next);
  } catch {
    return false;
  }
  show(next);
  present.value = next;
  return true;
}

async function load(next: Language): Promise<void> {
  if (words) known[next] ??= await words[next]();
}

function show(next: Language): void {
  document.documentElement.lang = next;
}
