
/** A count as it is read. */
export const grouped = (count: number) => count.toLocaleString('en');

/** Characters as the server counts them: code points of the composed form. An emoji family is several. */
export function countChars(text: string): number {
  let count = 0;
  for (const _ of composed(text)) count += 1;
  return count;
}

/** Whether there is nothing to see in a text: the server refuses it then. */
export const isBlank = (text: string): boolean =>
  !/[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Mn}\p{Me}\p{Cc}\p{Cf}\u2800\u{1D159}]/u.test(text);

/** What is said of a text that is too long. */
export interface TooLong {
  key: 'common.long';
  values: { chars: string; max: string };
}

/** That a text is longer than `max` characters, in words; null for one that fits. */
export function tooLong(text: string, max: number): TooLong | null {
  const chars = countChars(text);
  return chars > max ? { key: 'common.long', values: { chars: grouped(chars), max: grouped(max) } } : null;
}

/** `text` with what is marked in it replaced. */
export function replaceMarked(text: string, from: number, to: number, by: string): string {
  return text.slice(0, from) + by + text.slice(to);
}

/**
 * Text as it is sent: composed, as the server counts it, for what is typed on some keyboards comes apart and is up to
 * three times as long. Halves of characters, which no other program takes, go as the mark screens show for them anyway.
 */
export const composed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\uFFFD').normalize('NFC');

/** As JSON, with every text as it is sent. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? composed(each) : each));
