import { signal, type ReadonlySignal } from '@preact/signals';

import { call } from '../../../lib/api';
import type { LineFigures, LineTrend, Page } from '../../../lib/api.gen';
import { realTimers, type Timers } from '../../../lib/timers';

/** Minutes that are shown, a point each. */
export const POINTS = 30;
/** How often the server is asked. */
export const ASK_MS = 10_000;
/** A share of those matched in time is taken over so many points, five minutes: over one alone it would flicker. */
const SHARE_POINTS = 5;

/** A minute of all lines together as it was; null while nothing was known. */
export interface Point {
  /** When it began. */
  readonly at: number;
  readonly waiting: number | null;
  /** Places the counsellors who were there held, and how many they had. */
  readonly held: number;
  readonly capacity: number;
  readonly matched: number;
  /** Of those matched: in time. */
  readonly within: number;
  /** Left without a counsellor, but for who gave up in time. */
  readonly missed: number;
}

const blank = (at: number): Point => ({ at, waiting: null, held: 0, capacity: 0, matched: 0, within: 0, missed: 0 });

/** The last half hour of these lines together, oldest first: up to the newest minute that is known, or up to now. */
export function together(trends: readonly LineTrend[], now: number): Point[] {
  const known = trends.flatMap(({ from, ...trend }) => (from === null ? [] : [{ ...trend, from: Date.parse(from) }]));
  const step_ms = (known[0]?.step_s ?? 60) * 1000;
  const ends = known.map(({ from, waiting }) => from + (waiting.length - 1) * step_ms);
  const last = ends.length > 0 ? Math.max(...ends) : Math.floor(now / step_ms) * step_ms;
  return Array.from({ length: POINTS }, (_, index) => {
    const at = last - (POINTS - 1 - index) * step_ms;
    return known.reduce<Point>((sum, trend) => {
      const place = (at - trend.from) / step_ms;
      const waiting = trend.waiting[place];
      if (waiting === undefined) return sum;
      return {
        at,
        waiting: (sum.waiting ?? 0) + waiting,
        held: sum.held + trend.held[place]!,
        capacity: sum.capacity + trend.capacity[place]!,
        matched: sum.matched + trend.matched[place]!,
        within: sum.within + trend.within_target[place]!,
        missed: sum.missed + trend.missed[place]!,
      };
    }, blank(at));
  });
}

/** The share matched in time of those who left their line in the five minutes up to a point; null for nobody. */
export function shareAt(points: readonly Point[], index: number): number | null {
  let [within, all] = [0, 0];
  for (const point of points.slice(Math.max(0, index + 1 - SHARE_POINTS), index + 1)) {
    within += point.within;
    all += point.matched + point.missed;
  }
  return all === 0 ? null : within / all;
}

/** Of the places counsellors offer, how many are taken; null when nobody is there. */
export const loadOf = ({ waiting, held, capacity }: Point): number | null =>
  waiting === null || capacity === 0 ? null : held / capacity;

/** What of a line's figures is shown. */
type Shown = Pick<LineFigures, 'trend'>;

interface TrendWorld {
  read?(): Promise<Shown[]>;
  timers?: Timers;
}

const fromServer = async () => (await call<Page<LineFigures>>('GET', `/lines/stats?minutes=${POINTS}`)).items;

/**
 * How the lines did in the last half hour, as the server tells it to everybody alike: asked for again and again as
 * long as somebody looks.
 */
export class Trend {
  private readonly shown = signal<readonly Point[]>([]);
  private readonly read: () => Promise<Shown[]>;
  private readonly timers: Timers;
  /** Which of the starts an answer is for: a late one of before changes nothing. */
  private turn = 0;
  private cancel: (() => void) | null = null;

  constructor({ read = fromServer, timers = realTimers }: TrendWorld = {}) {
    this.read = read;
    this.timers = timers;
    this.shown.value = together([], timers.now());
  }

  /** Always `POINTS` of them; what cannot be had anew stays as it was. */
  get points(): ReadonlySignal<readonly Point[]> {
    return this.shown;
  }

  start(): void {
    this.stop();
    void this.ask(this.turn);
  }

  stop(): void {
    this.turn += 1;
    this.cancel?.();
    this.cancel = null;
  }

  private async ask(turn: number): Promise<void> {
    try {
      const lines = await this.read();
      if (turn !== this.turn) return;
      this.shown.value = together(
        lines.map(({ trend }) => trend),
        this.timers.now(),
      );
    } catch {
      // The lists are worth having without it, and the connection says that the server cannot be reached.
    }
    if (turn === this.turn) this.cancel = this.timers.after(ASK_MS, () => void this.ask(turn));
  }
}
