import AxeBuilder from '@axe-core/playwright';

import { expect } from './fixture';
import type { Person } from './people';

/** The levels the pages are held to. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is on the screen can be used by everybody, as far as a machine can tell. */
export async function isAccessible(person: Person): Promise<void> {
  expect(await violations(person)).toEqual([]);
}

/** What somebody could not use; of these rules only, or of all of the levels. */
export async function violations({ page }: Person, rules?: string[]): Promise<string[]> {
  // What is on its way in has colours of its own for a moment.
  await page.waitForFunction(() =>
    document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity),
  );
  const axe = new AxeBuilder({ page });
  const found = await (rules ? axe.withRules(rules) : axe.withTags(TAGS)).analyze();
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes.map(({ html }) => html).join(' ')}`);
}
