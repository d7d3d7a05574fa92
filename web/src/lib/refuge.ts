const TITLES = 'h1, h2, h3, h4';

/** The title nearest to where the focus was; in a dialog that is open, never one behind it. */
function titleNear(place: Element, root: Element): HTMLElement | null {
  const bound = [...document.querySelectorAll('dialog[open]')].at(-1) ?? root;
  for (let near: Element | null = bound.contains(place) ? place : bound; near; near = near.parentElement) {
    const titles = [...near.querySelectorAll<HTMLElement>(TITLES)];
    const shown = titles.find((title) => !title.matches('.sr-only') && title.checkVisibility());
    if (shown) return shown;
    if (near === bound) return null;
  }
  return null;
}

/**
 * Keeps the focus from being nowhere: when what had it leaves `root` and no view takes it over, the nearest title has
 * it. Whoever works by keys then goes on from there, and not from the top of the page.
 */
export function keepFocus(root: Element): void {
  /** What had the focus last, and all that is around it; empty when it was given up by the person. */
  let path: Element[] = [];
  root.addEventListener('focusin', ({ target }) => {
    path = [];
    for (let each = target as Element | null; each && each !== root; each = each.parentElement) path.push(each);
  });
  root.addEventListener('focusout', () =>
    // What is taken off the page says that it loses the focus before it is gone.
    queueMicrotask(() => {
      if (path[0]?.isConnected && document.activeElement === document.body) path = [];
    }),
  );
  const settle = () => {
    if (path.length === 0 || path[0]!.isConnected || document.activeElement !== document.body) return;
    const title = titleNear(path.find(({ isConnected }) => isConnected) ?? root, root);
    if (!title) return;
    if (!title.hasAttribute('tabindex')) title.tabIndex = -1;
    title.focus();
  };
  new MutationObserver(() => {
    // Views move the focus themselves once they are on the screen: they come first.
    if (path.length > 0 && !path[0]!.isConnected) requestAnimationFrame(() => setTimeout(settle));
  }).observe(root, { childList: true, subtree: true });
}
