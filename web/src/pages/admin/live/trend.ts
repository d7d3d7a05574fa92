import type { Changes } from './changes';
import type { LiveState } from './state';
import { totalsOf } from './totals';

/** What the page keeps of the past: half an hour, a point every ten seconds. */
export const STEP_MS = 10_000;
export const POINTS = 180;
/** A share of those matched in time is taken over so many points, five minutes: over one alone it would flicker. */
const SHARE_POINTS = 30;
/** A ticket that left the line and turns up in no room within this long has gone away. */
const SETTLE_MS = 5_000;

/** Ten seconds as they were; null while nothing was known. */
export interface Point {
  /** When it began. */
  readonly at: number;
  readonly waiting: number | null;
  /** Rooms the counsellors who are there hold, and how many they could. */
  readonly held: number;
  readonly capacity: number;
  readonly matched: number;
  /** Of those matched: in time. */
  readonly within: number;
  /** Left the line without a room. */
  readonly left: number;
}

/** Somebody who left the line, or whose room is over, a moment ago. */
interface Gone {
  readonly at: number;
  /** Since when they waited; null for one whose room is over. */
  readonly since: string | null;
}

const blank = (at: number): Point => ({ at, waiting: null, held: 0, capacity: 0, matched: 0, within: 0, left: 0 });
const isSame = (a: Point, b: Point) => (Object.keys(a) as Array<keyof Point>).every((name) => a[name] === b[name]);
const stepOf = (now: number) => Math.floor(now / STEP_MS) * STEP_MS;

/**
 * The last half hour, gathered from the stream while the page is open. The stream says who waits and who talks, not
 * what became of them: whoever left the line and has a room a moment later was matched. Its memory is bounded by
 * `POINTS` and by those who left within `SETTLE_MS`.
 */
export class Trend {
  private kept: Point[] = [];
  private readonly gone = new Map<string, Gone>();
  /** The half hour as it was last asked for, as long as nothing in it has changed. */
  private asked: readonly Point[] | null = null;
  /** Whether the stream was open when it was last looked at. */
  private isOpen = false;

  /** Whoever is matched within `target_s` was matched in time; unknown, nothing is counted. */
  constructor(public target_s: number | null = null) {}

  /** Points and people it remembers. */
  get size(): number {
    return this.kept.length + this.gone.size;
  }

  /** The stream began anew: who came and went meanwhile is not known. */
  snapshot(state: LiveState, now: number): void {
    this.gone.clear();
    this.stand(state, now);
  }

  /** What changed from `before` to `after`. */
  changes(before: LiveState, after: LiveState, { rooms, tickets }: Changes, now: number): void {
    this.fill(now);
    for (const [id, room] of rooms) {
      const known = before.rooms.get(id);
      if (room === null && known?.consultation) this.gone.set(known.consultation, { at: now, since: null });
    }
    for (const [id, room] of rooms) {
      if (room !== null && !before.rooms.has(id) && room.consultation) this.match(room.consultation, room.opened_at, before, now);
    }
    for (const [id, ticket] of tickets) {
      const known = before.tickets.get(id);
      if (ticket !== null) this.gone.delete(id);
      else if (known && !this.gone.has(id)) this.gone.set(id, { at: now, since: known.requested_at });
    }
    this.stand(after, now);
  }

  /** Time went on, with nothing new. */
  tick(state: LiveState, now: number): void {
    this.stand(state, now);
  }

  /** The half hour up to now, oldest first; always `POINTS` of them, and the same list while nothing changes. */
  points(now: number): readonly Point[] {
    this.fill(now);
    const last = stepOf(now);
    if (this.asked?.at(-1)?.at === last) return this.asked;
    const byStart = new Map(this.kept.map((point) => [point.at, point]));
    this.asked = Array.from({ length: POINTS }, (_, index) => {
      const at = last - (POINTS - 1 - index) * STEP_MS;
      return byStart.get(at) ?? blank(at);
    });
    return this.asked;
  }

  private match(ticket: string, opened_at: string, before: LiveState, now: number): void {
    const gone = this.gone.get(ticket);
    // A room that follows a room is a transfer: they were matched before.
    if (gone?.since === null) return;
    const waits = gone ?? before.tickets.has(ticket);
    if (!waits && [...before.rooms.values()].some(({ consultation }) => consultation === ticket)) return;
    // One who was never seen waiting was matched at once.
    const since = gone?.since ?? before.tickets.get(ticket)?.requested_at ?? opened_at;
    this.gone.set(ticket, { at: now, since: null });
    if (this.target_s === null) return;
    const isWithin = Date.parse(opened_at) - Date.parse(since) <= this.target_s * 1000;
    this.count(now, { matched: 1, within: isWithin ? 1 : 0, left: 0 });
  }

  /** How things stand now; those who left long enough ago and have no room are counted. */
  private stand(state: LiveState, now: number): void {
    let left = 0;
    for (const [id, { at, since }] of this.gone) {
      if (now - at < SETTLE_MS) continue;
      this.gone.delete(id);
      if (since !== null && this.target_s !== null) left += 1;
    }
    this.fill(now);
    this.isOpen = state.connection === 'OPEN';
    if (!this.isOpen) return;
    const { held, capacity } = totalsOf(state);
    this.put({ ...this.present(now), waiting: state.tickets.size, held, capacity });
    if (left > 0) this.count(now, { matched: 0, within: 0, left });
  }

  private count(now: number, more: Pick<Point, 'matched' | 'within' | 'left'>): void {
    const point = this.present(now);
    this.put({
      ...point,
      matched: point.matched + more.matched,
      within: point.within + more.within,
      left: point.left + more.left,
    });
  }

  /** While the stream was open and silent, everything stood as it had. */
  private fill(now: number): void {
    const last = this.kept.at(-1);
    if (!last || !this.isOpen) return;
    const oldest = stepOf(now) - (POINTS - 1) * STEP_MS;
    for (let at = Math.max(last.at + STEP_MS, oldest); at <= stepOf(now); at += STEP_MS) {
      this.put({ ...last, at, matched: 0, within: 0, left: 0 });
    }
  }

  private present(now: number): Point {
    const last = this.kept.at(-1);
    return last?.at === stepOf(now) ? last : blank(stepOf(now));
  }

  private put(point: Point): void {
    const last = this.kept.at(-1);
    if (last && isSame(last, point)) return;
    this.asked = null;
    if (last && last.at >= point.at) this.kept[this.kept.length - 1] = { ...point, at: last.at };
    else this.kept.push(point);
    if (this.kept.length > POINTS) this.kept = this.kept.slice(-POINTS);
  }
}

/** The share matched in time of those matched or gone in the five minutes up to a point; null for nobody. */
export function shareAt(points: readonly Point[], index: number): number | null {
  let [within, all] = [0, 0];
  for (const point of points.slice(Math.max(0, index + 1 - SHARE_POINTS), index + 1)) {
    within += point.within;
    all += point.matched + point.left;
  }
  return all === 0 ? null : within / all;
}

/** Of the places counsellors offer, how many are taken; null when nobody is there. */
export const loadOf = ({ waiting, held, capacity }: Point): number | null =>
  waiting === null || capacity === 0 ? null : held / capacity;
