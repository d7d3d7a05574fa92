/** Rows of a long list that are drawn: from `first`, up to but not with `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** Rows beyond either edge that are drawn ahead, so that a scrolled frame is never empty. */
export const OVER = 6;

/** What of `total` rows of `row_px` is on screen, with `OVER` more at either edge. */
export function spanOf(total: number, row_px: number, top_px: number, height_px: number): Span {
  if (total === 0 || row_px <= 0) return { first: 0, end: 0 };
  const first = Math.floor(Math.max(0, top_px) / row_px);
  const end = Math.ceil((Math.max(0, top_px) + Math.max(0, height_px)) / row_px);
  return { first: Math.min(Math.max(0, first - OVER), total), end: Math.min(total, end + OVER) };
}

/** Where a list must be scrolled to so that the row is wholly on screen; where it is, if it is already. */
export function shownAt(index: number, row_px: number, top_px: number, height_px: number): number {
  const [above, below] = [index * row_px, (index + 1) * row_px];
  if (above < top_px) return above;
  return below > top_px + height_px ? below - height_px : top_px;
}

/** The row a key leads to from the one it is at; null for a key that leads nowhere. */
export function led(key: string, from: number, total: number, page: number): number | null {
  const to = (index: number) => Math.min(total - 1, Math.max(0, index));
  if (total === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return to(from + 1);
    case 'ArrowUp':
      return to(from - 1);
    case 'PageDown':
      return to(from + page);
    case 'PageUp':
      return to(from - page);
    case 'Home':
      return 0;
    case 'End':
      return total - 1;
    default:
      return null;
  }
}
