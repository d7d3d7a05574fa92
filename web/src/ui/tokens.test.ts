import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const TEXT = 4.5;
const SHAPE = 3;

/** What is written on what, and how far apart the two must be (WCAG 2.2, 1.4.3 and 1.4.11). */
const PAIRS: ReadonlyArray<readonly [string, string, number]> = [
  ...['ground', 'surface', 'surface-2', 'accent-soft'].flatMap((on) => [
    ['ink', on, TEXT] as const,
    ['ink-soft', on, TEXT] as const,
  ]),
  ...['ground', 'surface'].flatMap((on) => [
    ['accent', on, TEXT] as const,
    ['danger', on, TEXT] as const,
    ['edge-strong', on, SHAPE] as const,
    ['focus', on, SHAPE] as const,
  ]),
  ['accent', 'accent-soft', TEXT],
  ['accent-ink', 'accent', TEXT],
  ['danger-ink', 'danger', TEXT],
  ['warn-ink', 'warn-soft', TEXT],
  ['whisper-ink', 'whisper-soft', TEXT],
  ...[0, 1, 2, 3, 4, 5].map((tint) => ['tint-ink', `tint-${tint}`, TEXT] as const),
];

type Colours = Readonly<Record<string, readonly [light: string, dark: string]>>;

function coloursOf(block: string): Colours {
  const found = block.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g);
  return Object.fromEntries([...found].map(([, name, light, dark]) => [name!, [light!, dark!] as const]));
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((from) => Number.parseInt(colour.slice(from, from + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

const [plain, chosen, asked] = css.split(/:root\[data-theme='contrast'\]|:root:not\(\[data-theme\]\)/).map(coloursOf);
const THEMES: ReadonlyArray<readonly [string, Colours, 0 | 1, number]> = [
  ['light', plain!, 0, 1],
  ['dark', plain!, 1, 1],
  // Much contrast is what WCAG asks for at level AAA.
  ['contrast on light', { ...plain, ...chosen }, 0, 7 / TEXT],
  ['contrast on dark', { ...plain, ...chosen }, 1, 7 / TEXT],
];

test.each(THEMES)('%s: what is written can be read', (_, colours, side, times) => {
  const poor = PAIRS.flatMap(([ink, ground, least]) => {
    const measured = contrast(colours[ink]![side], colours[ground]![side]);
    return measured < least * times ? [`${ink} on ${ground}: ${measured.toFixed(2)}`] : [];
  });
  expect(poor).toEqual([]);
});

test('much contrast is the same whether a person or their system asks for it', () => {
  expect(asked).toEqual(chosen);
  expect(Object.keys(asked!).length).toBeGreaterThan(10);
});
