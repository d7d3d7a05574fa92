import { dayFrom, fieldAt } from './office';

// The office's time in forms. A desk has none of them: what it loads stays small.

const DAY_MS = 86_400_000;

/** A moment as a `datetime-local` field shows it: `2026-11-21T09:30`. Empty for none. */
export function toField(at: string | null | undefined): string {
  return at ? fieldAt(Date.parse(at)) : '';
}

/**
 * The moment a `datetime-local` or `date` field means; null for an empty one. Of an hour that comes twice the first
 * is meant; one that is left out means the moment as long after the change.
 */
export function fromField(field: string): string | null {
  if (field === '') return null;
  const asUtc = Date.parse(`${field.length === 10 ? `${field}T00:00` : field}Z`);
  if (Number.isNaN(asUtc)) return null;
  // The clocks change at most once in the two days around a moment: one of these two is how they stood at it.
  const [before, after] = [asUtc - offsetMs(asUtc - DAY_MS), asUtc - offsetMs(asUtc + DAY_MS)];
  const means = (at: number) => at + offsetMs(at) === asUtc;
  return new Date(means(before) || !means(after) ? before : after).toISOString();
}

/** The day after a day. */
export const dayAfter = (date: string): string => dayFrom(date, 1);

function offsetMs(at: number): number {
  return Date.parse(`${fieldAt(at)}Z`) - Math.floor(at / 60_000) * 60_000;
}
