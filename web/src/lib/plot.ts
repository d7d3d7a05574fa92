/** A curve over the moments of a plot; a gap where nothing is known. */
export interface Series {
  name: string;
  values: ReadonlyArray<number | null>;
  /** Bars stand on the floor; an area is a line with what is under it filled. */
  as: 'line' | 'area' | 'bar';
  /** How it is told apart from the others: its colour and its dashes, from 1. */
  look: number;
}

/** Where a plot is drawn, in pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Steps a scale may have, of a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The heights that are marked: from nothing to at least `max`, in `count` steps or fewer that are easy to read. */
export function marks(max: number, count: number, isWhole = true): number[] {
  const rough = Math.max(max, isWhole ? 1 : Number.MIN_VALUE) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const isFit = (step: number) => step >= rough && (!isWhole || Number.isInteger(step));
  const step = STEPS.map((each) => each * power).find(isFit) ?? Math.max(1, 10 * power);
  const steps = Math.max(1, Math.ceil(max / step));
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Steps of a scale of seconds that are easy to read as minutes and hours. */
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400] as const;

/** The same for durations. */
export function secondMarks(max_s: number, count: number): number[] {
  const step = SECONDS.find((each) => each * count >= max_s) ?? Math.ceil(max_s / count / 86_400) * 86_400;
  const steps = Math.max(1, Math.ceil(max_s / step));
  return Array.from({ length: steps + 1 }, (_, index) => index * step);
}

/** The greatest value of all; nothing where there is none. */
export function highest(series: readonly Series[]): number {
  let found = 0;
  for (const { values } of series) for (const value of values) if (value !== null && value > found) found = value;
  return found;
}

/** Where the `index`th of `count` moments stands; each has a strip of its own, and stands in its middle. */
export const across = ({ left, width }: Frame, count: number, index: number): number =>
  left + (width / Math.max(1, count)) * (index + 0.5);

/** How far down a value stands. */
export const down = ({ top, height }: Frame, ceiling: number, value: number): number =>
  top + height * (1 - Math.min(1, Math.max(0, value / (ceiling || 1))));

/** The moment nearest to a place. */
export function nearest({ left, width }: Frame, count: number, x: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(((x - left) / (width || 1)) * count)));
}

/** The stretches of a curve without gaps: from where to where, both included. */
export function stretches(values: ReadonlyArray<number | null>): Array<readonly [from: number, to: number]> {
  const found: Array<readonly [number, number]> = [];
  let from: number | null = null;
  values.forEach((value, index) => {
    if (value !== null) from ??= index;
    if (from !== null && (value === null || index === values.length - 1)) {
      found.push([from, value === null ? index - 1 : index]);
      from = null;
    }
  });
  return found;
}

const point = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** The curve as the `d` of a path. A moment alone between gaps is a dot, drawn by a line of no length with round ends. */
export function curve(values: ReadonlyArray<number | null>, frame: Frame, ceiling: number): string {
  return stretches(values)
    .map(([from, to]) => {
      const at = (index: number) => point(across(frame, values.length, index), down(frame, ceiling, values[index] ?? 0));
      if (from === to) return `M${at(from)}h0`;
      return `M${Array.from({ length: to - from + 1 }, (_, step) => at(from + step)).join('L')}`;
    })
    .join('');
}

/** What is under the curve. */
export function under(values: ReadonlyArray<number | null>, frame: Frame, ceiling: number): string {
  const floor = frame.top + frame.height;
  return stretches(values)
    .map(([from, to]) => {
      const x = (index: number) => across(frame, values.length, index);
      const tops = Array.from({ length: to - from + 1 }, (_, step) =>
        point(x(from + step), down(frame, ceiling, values[from + step] ?? 0)),
      );
      return `M${point(x(from), floor)}L${tops.join('L')}L${point(x(to), floor)}Z`;
    })
    .join('');
}

/** Which moments are labelled: every so many that at most `most` are. */
export const labelled = (count: number, most: number): number => Math.max(1, Math.ceil(count / Math.max(1, most)));
