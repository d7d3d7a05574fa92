import { signal, type ReadonlySignal } from '@preact/signals';

import { remember, remembered } from './preference';

/** `auto` follows the system, also in how much contrast it asks for. */
export const THEMES = ['auto', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'anteroom.theme';

const present = signal<Theme>(remembered(KEY, 'theme', THEMES, 'auto'));
export const theme: ReadonlySignal<Theme> = present;
show(present.value);

export function setTheme(next: Theme): void {
  remember(KEY, next);
  show(next);
  present.value = next;
}

function show(next: Theme): void {
  if (next === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
}
