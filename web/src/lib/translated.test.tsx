import { render } from 'preact';
import { beforeEach, describe, expect, test } from 'vitest';

import { followTranslation } from './translated';

let root: HTMLElement;

beforeEach(() => {
  document.body.replaceChildren();
  root = document.createElement('div');
  document.body.append(root);
  followTranslation(root);
});

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** The ways a translator puts its own element into a text's place. */
const WAYS: Record<string, (text: Text, font: Element) => void> = {
  'in its place': (text, font) => text.replaceWith(font),
  'before it, and takes it away': (text, font) => {
    text.before(font);
    text.remove();
  },
  'around it': (text, font) => {
    font.replaceChildren();
    text.replaceWith(font);
    font.append(text);
  },
};

function texts(): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode()) found.push(walker.currentNode as Text);
  return found.filter(({ data, parentElement }) => data !== '' && parentElement?.nodeName !== 'FONT');
}

function translate(put: (typeof WAYS)[string]): void {
  for (const text of texts()) {
    const font = document.createElement('font');
    font.textContent = `<${text.data}>`;
    put(text, font);
  }
}

describe.each(Object.entries(WAYS))('a text whose translation is put %s', (_, put) => {
  const show = (name: string | null, count: number) =>
    render(
      <p>
        {name && `${name} `}
        waits, {count} ahead
        {count > 1 && <b>!</b>}
      </p>,
      root,
    );
  const read = () => root.textContent!.replace(/[<>]/g, '');

  test('is shown translated, and shows what it becomes', async () => {
    show('A-1', 3);
    translate(put);
    await settled();
    expect(read()).toBe('A-1 waits, 3 ahead!');
    expect(root.querySelectorAll('font').length).toBeGreaterThan(3);
    show('A-1', 2);
    await settled();
    expect(read()).toBe('A-1 waits, 2 ahead!');
  });

  test('goes when the page takes it away, and what comes stands in its place', async () => {
    show('A-1', 3);
    translate(put);
    await settled();
    show(null, 1);
    await settled();
    expect(read()).toBe('waits, 1 ahead');
    show('B-2', 7);
    await settled();
    expect(read()).toBe('B-2 waits, 7 ahead!');
  });

  test('is translated again and again', async () => {
    for (let count = 9; count > 1; count -= 1) {
      show('A-1', count);
      translate(put);
      await settled();
      expect(read()).toBe(`A-1 waits, ${count} ahead!`);
    }
    render(null, root);
    await settled();
    expect(root.childNodes).toHaveLength(0);
  });
});
