import { isAccessible } from '../axe';
import { expect } from '../fixture';
import type { Language, Person } from '../people';
import { settled, SIZES, type Look, type Scheme, type Size, type Tour } from './tour';

/** What a state must be, whoever looks at it: used by everybody, in the language asked for, and whole at any size. */
export function checks(tour: Tour, language: Language): Look {
  return async (person, state, _caption, { sizes = tour.sizes, also = [], before } = {}) => {
    const { page } = person;
    const usual = page.viewportSize();
    const size = sizes[0]!;
    const where = `${tour.name}/${state}`;
    await page.setViewportSize(SIZES[size]);
    await before?.(size);
    await settled(person);
    expect(await foreign(person, language), `${where} speaks one language`).toEqual([]);
    for (const scheme of ['light', 'dark', ...(also.includes('contrast') ? (['contrast'] as const) : [])] as const) {
      await page.emulateMedia(MEDIA[scheme]);
      await isAccessible(person);
    }
    await page.emulateMedia(MEDIA.light);
    for (const each of new Set<Size>([size, 'phone'])) {
      if (tour.name === 'display' && each === 'phone') continue;
      await page.setViewportSize(SIZES[each]);
      await before?.(each);
      await largeText(page, true);
      await settled(person);
      expect(await troubles(person), `${where} with letters twice as large, ${each}`).toEqual([]);
      await largeText(page, false);
    }
    if (usual) await page.setViewportSize(usual);
  };
}

const MEDIA: Record<Scheme | 'light', { colorScheme: 'light' | 'dark'; contrast: 'no-preference' | 'more' }> = {
  light: { colorScheme: 'light', contrast: 'no-preference' },
  dark: { colorScheme: 'dark', contrast: 'no-preference' },
  contrast: { colorScheme: 'light', contrast: 'more' },
};

async function largeText(page: Person['page'], large: boolean): Promise<void> {
  await page.evaluate((on) => {
    const { style } = document.documentElement;
    if (on) style.setProperty('font-size', '200%', 'important');
    else style.removeProperty('font-size');
  }, large);
}

/** Names people gave to things and to themselves are as they gave them; so are the names of the languages. */
const GIVEN = /한국어|상담사?$|관리자|데모|일반|재무|복지|금융|건강|법률|민원|[김이박최정한오윤][가-힣]{1,3}/;

/** Texts of another language than the page's, and names of texts in the place of texts. */
async function foreign({ page }: Person, language: Language): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode.nodeValue?.trim() ?? '';
      const parent = walker.currentNode.parentElement;
      // What was said or written by people is theirs.
      if (text && parent?.checkVisibility() && !parent.closest('[data-testid="message"], [data-testid="past-message"], bdi, textarea')) found.push(text);
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
      for (const name of ['aria-label', 'placeholder', 'title']) {
        const text = element.getAttribute(name);
        if (text) found.push(text);
      }
    }
    return found;
  });
  const isKey = (text: string) => /^[a-z_]+(\.[A-Za-z_]+)+$/.test(text) || /\{\{\w+\}\}/.test(text);
  const isForeign = (text: string) => language === 'en' && /[가-힣]/.test(text) && !GIVEN.test(text);
  return texts.filter((text) => isKey(text) || isForeign(text));
}

/** What is cut off, lies over something else, or makes the page wider than the screen. */
async function troubles({ page }: Person): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide > 0) found.push(`${wide} px wider than the screen`);
    const dialog = [...document.querySelectorAll('dialog[open], [role="dialog"], [role="alertdialog"]')].at(-1);
    const shown: Array<{ element: Element; rect: DOMRect; text: string }> = [];
    const walker = document.createTreeWalker(dialog ?? document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement!;
      const text = node.nodeValue!.trim();
      if (!text || !element.checkVisibility() || element.closest('.sr-only, svg, option, script, style')) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const rect of range.getClientRects()) {
        if (rect.width < 2 || rect.height < 2) continue;
        let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom];
        for (let box: Element | null = element; box; box = box.parentElement) {
          const style = getComputedStyle(box);
          const outer = box.getBoundingClientRect();
          if (/hidden|clip/.test(style.overflowX) && style.textOverflow !== 'ellipsis' && rect.right > outer.right + 2 && rect.left < outer.right) {
            found.push(`cut off: ${text.slice(0, 40)}`);
          }
          if (style.overflowX !== 'visible') [left, right] = [Math.max(left, outer.left), Math.min(right, outer.right)];
          if (style.overflowY !== 'visible') [top, bottom] = [Math.max(top, outer.top), Math.min(bottom, outer.bottom)];
        }
        if (right - left > 2 && bottom - top > 2) shown.push({ element, rect: new DOMRect(left, top, right - left, bottom - top), text });
      }
    }
    const floats = (element: Element) => {
      for (let box: Element | null = element; box; box = box.parentElement) {
        if (/fixed|sticky|absolute/.test(getComputedStyle(box).position)) return box;
      }
      return null;
    };
    for (const [index, one] of shown.entries()) {
      for (const other of shown.slice(index + 1)) {
        if (one.element === other.element || floats(one.element) !== floats(other.element)) continue;
        const width = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
        const height = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
        // Lines of one paragraph touch by what their letters do not use.
        const least = Math.min(one.rect.height, other.rect.height);
        if (width > 4 && height > least / 2) found.push(`over each other: ${one.text.slice(0, 30)} / ${other.text.slice(0, 30)}`);
      }
    }
    return [...new Set(found)];
  });
}
