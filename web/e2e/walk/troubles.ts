import type { Person } from '../people';

/** What is cut off, lies over something else, or makes the page wider than the screen. */
export async function troubles({ page }: Person): Promise<string[]> {
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
      const { fontSize, lineHeight, whiteSpace } = getComputedStyle(element);
      // Where spaces are kept, a line's last one hangs over its end: there words are looked at, each by itself.
      const pieces = [...node.nodeValue!.matchAll(whiteSpace.startsWith('pre') ? /\S+/g : /[^]+/g)];
      const boxes = pieces.flatMap(({ index, 0: piece }) => {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + piece.length);
        return [...range.getClientRects()];
      });
      for (const box of boxes) {
        if (box.width < 2 || box.height < 2) continue;
        // A font's box is higher than its letters, and than the line a large one is set in.
        const spare = Math.max(0, box.height - Math.max(parseFloat(fontSize), parseFloat(lineHeight) || box.height)) / 2;
        const rect = new DOMRect(box.left, box.top + spare, box.width, box.height - 2 * spare);
        // What is left of it on the screen: what ends in an ellipsis ends there for all that is around it.
        let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom];
        for (let box: Element | null = element; box; box = box.parentElement) {
          const style = getComputedStyle(box);
          const outer = box.getBoundingClientRect();
          if (/hidden|clip/.test(style.overflowX) && style.textOverflow !== 'ellipsis' && right > outer.right + 2 && left < outer.right) {
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
        const width = Math.min(one.rect.right, other.rect.right) - Math.max(one.rect.left, other.rect.left);
        const height = Math.min(one.rect.bottom, other.rect.bottom) - Math.max(one.rect.top, other.rect.top);
        // Lines of one paragraph touch by what their letters do not use.
        const least = Math.min(one.rect.height, other.rect.height);
        if (width <= 4 || height <= least / 2) continue;
        if (one.element === other.element || floats(one.element) !== floats(other.element)) continue;
        found.push(`over each other: ${one.text.slice(0, 30)} / ${other.text.slice(0, 30)}`);
      }
    }
    return [...new Set(found)];
  });
}
