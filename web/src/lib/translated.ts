/** What translators of browsers put into a text's place. */
const STAND_IN = 'FONT';

/**
 * Keeps a page true that its browser translates. A translator takes a text off the page and puts an element of its own
 * into its place: what the page writes into that text later is seen by nobody, and what it takes away stays. So each
 * such text is put back, empty, before its stand-in; once the page writes into it, or takes it away, the stand-in goes.
 * A text that was written anew is there for the translator to translate again.
 */
export function followTranslation(root: Element): void {
  const standIns = new Map<Text, Element>();
  const observer = new MutationObserver((records) => {
    for (const record of records) heed(record);
    for (const [text, standIn] of standIns) settle(text, standIn);
    // What this has itself changed is not news.
    observer.takeRecords();
  });
  observer.observe(root, { childList: true, characterData: true, subtree: true });

  function heed({ type, target, removedNodes, addedNodes, previousSibling, nextSibling }: MutationRecord): void {
    if (type === 'characterData') {
      if (target instanceof Text && target.data !== '') drop(target);
      return;
    }
    if (target.nodeName === STAND_IN) return;
    for (const text of removedNodes) {
      if (!(text instanceof Text)) continue;
      if (standIns.has(text)) {
        if (!text.isConnected) drop(text);
        continue;
      }
      const standIn = [...addedNodes, previousSibling, nextSibling].find((node) => node?.nodeName === STAND_IN);
      if (standIn instanceof Element && standIn.parentNode === target) take(text, standIn);
    }
  }

  function take(text: Text, standIn: Element): void {
    // Moved into its stand-in, it goes on being the page's: what is shown there is a copy.
    if (standIn.contains(text)) text.replaceWith(text.data);
    else if (text.isConnected) return;
    text.data = '';
    standIn.before(text);
    standIns.set(text, standIn);
  }

  /** What came to stand between the two came after the text, as far as the page knows. */
  function settle(text: Text, standIn: Element): void {
    if (!text.isConnected) standIns.delete(text);
    else if (text.nextSibling !== standIn) text.after(standIn);
  }

  function drop(text: Text): void {
    standIns.get(text)?.remove();
    standIns.delete(text);
  }
}
