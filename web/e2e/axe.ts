import AxeBuilder from '@axe-core/playwright';

import { expect } from './fixture';
import type { Person } from './people';

/** The levels the pages are held to. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is on the screen can be used by everybody, as far as a machine can tell. */
export async function isAccessible({ page }: Person, ...without: string[]): Promise<void> {
  // What is on its way in has colours of its own for a moment.
  await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.effect?.getTiming().iterations === Infinity ? null : each.finished.catch(() => null))));
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).disableRules(without).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html).join(' ')})`);
  expect(found).toEqual([]);
}
