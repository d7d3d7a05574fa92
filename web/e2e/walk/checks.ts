import type { Page } from '@playwright/test';

import { violations } from '../axe';
import { expect, test } from '../fixture';
import type { Person } from '../people';
import type { Given } from './given';
import { MEDIA, settled, SIZES, type Look, type Seen, type Size, type Tour } from './tour';
import { troubles } from './troubles';

/** Rules that colours alone decide: all others, once they are met in one colour, are met in every one. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];
/** One run tells of every state that is not as it should be. */
const check = expect.configure({ soft: true });
/** What a server said a moment ago is read by then. */
const HEARD_MS_MAX = 5_000;

/** What a state must be, whoever looks at it: for everybody to use, in English and nothing else, and whole at any size. */
export function checks(tour: Tour, given: Given): Look {
  return (person, state, _caption, seen = {}) =>
    test.step(state, async () => {
      const { page } = person;
      const { sizes = tour.sizes, before, stopped } = seen;
      const faults = (rules?: string[]) => (stopped ? ticking(page, violations(person, rules)) : violations(person, rules));
      const usual = page.viewportSize();
      // What moves takes its time, and is the same in the end.
      await page.emulateMedia({ ...MEDIA.light, reducedMotion: 'reduce' });
      await show(person, sizes[0]!, before);
      const where = `${tour.name}/${state}`;
      await check.poll(() => foreign(person, given), { message: `${where}: one language`, timeout: HEARD_MS_MAX }).toEqual([]);
      check(await faults(), where).toEqual([]);
      for (const scheme of ['dark', 'contrast'] as const) {
        await page.emulateMedia(MEDIA[scheme]);
        check(await faults(OF_COLOURS), `${where}, ${scheme}`).toEqual([]);
      }
      await page.emulateMedia(MEDIA.light);
      await largeText(person, true);
      for (const size of new Set<Size>([...sizes, ...(tour.fixed ? [] : (['phone'] as const))])) {
        await show(person, size, before);
        check(await troubles(person), `${where} with letters twice as large, ${size}`).toEqual([]);
      }
      await largeText(person, false);
      if (usual) await page.setViewportSize(usual);
    });
}

/** Lets a stopped clock go on by itself, little by little, until the work is done: it waits by the page's timers. */
async function ticking<Done>({ clock }: Page, work: Promise<Done>): Promise<Done> {
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  while (!isDone) await clock.runFor(1);
  return done;
}

async function show(person: Person, size: Size, before: Seen['before']): Promise<void> {
  await person.page.setViewportSize(SIZES[size]);
  await before?.(size);
  await settled(person);
}

async function largeText({ page }: Person, large: boolean): Promise<void> {
  await page.evaluate((on) => {
    const { style } = document.documentElement;
    if (on) style.setProperty('font-size', '200%', 'important');
    else style.removeProperty('font-size');
  }, large);
}

const KEY = /^[a-z_]+(\.[A-Za-z_]+)+$|\{\{\w+\}\}/;
const NONSENSE = /\b(undefined|NaN|Invalid Date)\b|\[object /;

/** Korean that nobody wrote, and what stands in the place of a text: its key, a value that is none. */
async function foreign({ page }: Person, given: Given): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    // What says that it is Korean is so on purpose.
    const speaks = (element: Element) => element.closest('[lang]') === document.documentElement;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.nodeValue?.trim();
      const parent = walker.currentNode.parentElement;
      if (text && parent?.checkVisibility() && speaks(parent)) found.push(text);
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
      const said = ['aria-label', 'placeholder', 'title'].map((name) => element.getAttribute(name));
      if (speaks(element)) found.push(...said.filter((text) => text !== null));
    }
    return found;
  });
  return texts.filter((text) => KEY.test(text) || NONSENSE.test(text) || given.leavesKorean(text));
}
