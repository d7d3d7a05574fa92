import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { CDPSession, Page } from '@playwright/test';

import { expect } from '../fixture';
import type { Language, Person } from '../people';
import { MEDIA, settled, SIZES, type Look, type Scheme, type Size, type Tour } from './tour';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Every picture, and what the index is made of: the widths a page is at home in. */
const RESULTS = here('../../test-results/screens/');
export const INDEX = `${RESULTS}index.jsonl`;
/** Letters stay sharp at this, and a picture is a third of its PNG. */
const QUALITY = 78;

/** One line of the index. */
export interface Picture {
  tour: string;
  title: string;
  state: string;
  caption: string;
  language: Language;
  size: Size;
  scheme: Scheme | 'light';
  file: string;
}

const sessions = new WeakMap<Page, Promise<CDPSession>>();

function sessionOf(page: Page): Promise<CDPSession> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, session);
  return session;
}

async function shoot(person: Person, file: string): Promise<void> {
  await settled(person);
  const session = await sessionOf(person.page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  writeFileSync(file, Buffer.from(data, 'base64'));
}

/** Pages must not be wider than the screen: what would be cut off is nobody's to see. */
async function fits({ page }: Person): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over).toBeLessThanOrEqual(0);
}

/** Takes the pictures of a tour in one language; in every width where `everything` is asked for. */
export function pictures(tour: Tour, language: Language, everything: boolean): Look {
  mkdirSync(RESULTS, { recursive: true });
  return async (person, state, caption, { sizes = tour.sizes, also = [], before } = {}) => {
    const { page } = person;
    const usual = page.viewportSize();
    const others = everything ? (Object.keys(SIZES) as Size[]).filter((size) => !sizes.includes(size)) : [];
    for (const size of [...sizes, ...others]) {
      await page.setViewportSize(SIZES[size]);
      await before?.(size);
      for (const scheme of ['light', ...(size === sizes[0] ? also : [])] as const) {
        await page.emulateMedia(MEDIA[scheme]);
        const name = [tour.name, state, language, size, ...(scheme === 'light' ? [] : [scheme])].join('-');
        const file = `${name}.webp`;
        await shoot(person, RESULTS + file);
        if (!sizes.includes(size)) continue;
        const picture: Picture = { tour: tour.name, title: tour.title, state, caption, language, size, scheme, file };
        appendFileSync(INDEX, `${JSON.stringify(picture)}\n`);
      }
      await page.emulateMedia(MEDIA.light);
      await fits(person);
    }
    if (usual) await page.setViewportSize(usual);
  };
}
