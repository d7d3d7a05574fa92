import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

import { ko as all } from './ko';
import { words as desk } from './ko/of-desk';
import { words as display } from './ko/of-display';
import { words as room } from './ko/of-room';

const SRC = join(import.meta.dirname, '../..');

/** Every source file a page is made of. */
function sources(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found;
  const text = readFileSync(file, 'utf8');
  found.set(file, text);
  for (const [, named] of text.matchAll(/(?:from|import) '(\.[^']+)'/g)) {
    const base = join(dirname(file), named!);
    const source = [base, `${base}.ts`, `${base}.tsx`].find((each) => /\.tsx?$/.test(each) && existsSync(each));
    if (source && !source.includes('/texts/')) sources(source, found);
  }
  return found;
}

/** The keys a source names, and those that begin as a composed one does. */
function keysIn(text: string): string[] {
  const every = Object.keys(all);
  const whole = [...text.matchAll(/'([a-z_]+(?:\.[\w.]+)?)'/g)].map(([, key]) => key!).filter((key) => key in all);
  const begun = [...text.matchAll(/`([a-z_]+\.[\w.]*)\$\{/g)].flatMap(([, from]) =>
    every.filter((key) => key.startsWith(from!)),
  );
  return [...whole, ...begun];
}

test.each([
  ['desk', desk],
  ['display', display],
  ['room', room],
])('the %s page has loaded every text it may say', (page, words) => {
  const missing = [...sources(join(SRC, `pages/${page}/main.tsx`))].flatMap(([file, text]) =>
    keysIn(text)
      .filter((key) => !(key in words))
      .map((key) => `${key} in ${file.slice(SRC.length)}`),
  );
  expect(missing).toEqual([]);
});
