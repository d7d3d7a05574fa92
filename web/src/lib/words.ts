/** Characters of one message, at most; the server refuses a longer one. */
export const BODY_CHARS_MAX = 2_000;

/** Characters as the server counts them: code points of the composed form. An emoji family is several. */
export function countChars(text: string): number {
  let count = 0;
  for (const _ of text.normalize('NFC')) count += 1;
  return count;
}

/** `text` with what is marked in it replaced. */
export function replaceMarked(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}
