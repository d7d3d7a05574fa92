import { expect, type Locator } from '@playwright/test';

import type { Person } from './people';

/** Farther than from any control of a screen to any other. */
const TABS_MAX = 60;

/** Somebody without a mouse: wherever they are, they see where they are. */
export class Keyboard {
  constructor(private readonly person: Person) {}

  /** Somewhere on the screen, with a mark around it: never nowhere. */
  async isSomewhere(after: string): Promise<void> {
    await expect
      .poll(() => this.person.page.evaluate(whatIsWrong), { message: `after ${after}` })
      .toBe('');
  }

  async isAt(id: string): Promise<void> {
    await expect(this.person.by(id)).toBeFocused();
    await this.isSomewhere(id);
  }

  /** Goes on from where one is, until there. */
  async goesTo(what: string | Locator): Promise<void> {
    const control = typeof what === 'string' ? this.person.by(what) : what;
    await expect(control).toBeVisible();
    await expect(control).toBeEnabled();
    for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
      if (await control.evaluate((element) => element === document.activeElement)) return this.isSomewhere(String(what));
      await this.person.page.keyboard.press('Tab');
      // Past the last control the browser's own come, and then the first again.
      if (await this.person.page.evaluate(() => document.activeElement !== document.body)) await this.isSomewhere(`Tab to ${what}`);
    }
    throw new Error(`${what} is not reached by the keyboard`);
  }

  /** Goes there and presses it; whatever becomes of it, one is somewhere afterwards. */
  async presses(what: string | Locator, key = 'Enter'): Promise<void> {
    await this.goesTo(what);
    await this.key(key, `${key} on ${what}`);
  }

  async key(key: string, name = key): Promise<void> {
    await this.person.page.keyboard.press(key);
    await this.isSomewhere(name);
  }

  async fills(what: string | Locator, text: string): Promise<void> {
    await this.goesTo(what);
    await this.person.page.keyboard.press('Control+a');
    await this.person.page.keyboard.type(text);
    await this.isSomewhere(`typing into ${what}`);
  }
}

/** Runs in the page. */
function whatIsWrong(): string {
  const at = document.activeElement;
  if (!at || at === document.body) return 'the focus is nowhere';
  const name = `${at.tagName.toLowerCase()} ${at.getAttribute('data-testid') ?? at.textContent?.slice(0, 30)}`;
  const { outlineStyle, outlineWidth } = getComputedStyle(at);
  if (!at.matches(':focus-visible') || outlineStyle === 'none' || outlineWidth === '0px') return `${name} has no mark around it`;
  const { top, bottom, left, right, width, height } = at.getBoundingClientRect();
  const isSeen = width > 0 && height > 0 && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  return isSeen ? '' : `${name} is off the screen`;
}
