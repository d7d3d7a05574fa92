import type { StatView } from '../../../lib/api.gen';
import { dayAfter, fromField, toField } from '../../../lib/office-fields';

/** StatView over time, for the plots: the same moments for all parts, without holes. */
export interface Timeline {
  /** When each hour or day begins, oldest first. */
  moments: string[];
  /** All together, or a line each; those with most requests first. */
  parts: Part[];
}

export interface Part {
  /** The line's id; empty for all together. */
  line: string;
  /** By moment; null where nothing is known of it. */
  figures: Array<StatView | null>;
  requested: number;
}

/** More hours than the server ever tells: a guard against a clock that makes no steps. */
const MOMENTS_MAX = 10_000;

/** Nothing for figures that do not stand in time. */
export function timeline(items: readonly StatView[], by: 'day' | 'hour'): Timeline {
  const timed = items.flatMap((item) => (item.at ? [{ at: item.at, item }] : []));
  const known = [...new Set(timed.map(({ at }) => at))].sort();
  const moments = filled(known, by);
  const index = new Map(moments.map((at, position) => [Date.parse(at), position]));
  const parts = new Map<string, Part>();
  for (const { at, item } of timed) {
    const line = item.line_id ?? '';
    const part = parts.get(line) ?? { line, figures: moments.map(() => null), requested: 0 };
    parts.set(line, part);
    part.figures[index.get(Date.parse(at))!] = item;
    part.requested += item.requested;
  }
  return { moments, parts: [...parts.values()].sort((a, b) => b.requested - a.requested || (a.line < b.line ? -1 : 1)) };
}

/** Hours and days in which nobody asked are told by nobody: they are put in, so that a quiet night is as wide as it was. */
function filled(known: readonly string[], by: 'day' | 'hour'): string[] {
  const moments: string[] = [];
  for (const at of known) {
    for (let next = moments.at(-1); next !== undefined && moments.length < MOMENTS_MAX; ) {
      next = after(next, by);
      if (next >= at) break;
      moments.push(next);
    }
    moments.push(at);
  }
  return moments;
}

/** The next hour, or the beginning of the next day of the office. */
function after(at: string, by: 'day' | 'hour'): string {
  if (by === 'hour') return iso(Date.parse(at) + 3_600_000, at);
  return iso(Date.parse(fromField(dayAfter(toField(at).slice(0, 10))) ?? at), at);
}

/** Written as the server writes its moments, so that they compare as texts. */
const iso = (moment: number, like: string) => {
  const text = new Date(moment).toISOString();
  return like.includes('.') ? text : text.replace('.000Z', 'Z');
};
