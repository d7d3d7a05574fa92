import type { Timers } from './timers';

/** How often a server is heard at least, in seconds, until it has said so itself. */
export const HEARTBEAT_S = 10;
/** So many heartbeats without a word, and the line is dead. The server counts the same way. */
const BEATS_MAX = 2.5;
/** What came while the page slept may lie before it still unread: so long it is waited for. */
const UNREAD_MS = 500;
/** A beat that came sooner than this after another was held up on the way and says nothing about how often they come. */
const BEAT_MS_MIN = 1_000;
/** A line that was opened says something at once. */
const FIRST_MS = 10_000;
/** However slow the beats of a server may be, a line is not waited for longer than this. */
const PATIENCE_MS_MAX = 120_000;

/**
 * Watches one line for a death without a word: a server says something every heartbeat, if only that it is there.
 * Silence is counted by two clocks, as one of them may have stood still with the computer.
 */
export class Silence {
  private patience_ms = HEARTBEAT_S * BEATS_MAX * 1000;
  private heard_at = { steady: 0, wall: 0 };
  private cancel: (() => void) | null = null;
  /** How long it was silent before the last beat. */
  private pause_ms = 0;
  private beats = 0;
  /** Nothing has come since the line was opened. */
  private fresh = true;

  constructor(
    private readonly timers: Timers,
    private readonly lost: () => void,
  ) {}

  /** A line was opened. `heartbeat_s`: as the server has said; without it, as this page has heard so far. */
  begin(heartbeat_s?: number): void {
    if (heartbeat_s !== undefined) this.patience_ms = heartbeat_s * BEATS_MAX * 1000;
    this.beats = 0;
    this.heard();
    this.fresh = true;
    this.watch();
  }

  /** Something came. */
  heard(): void {
    this.heard_at = { steady: this.timers.steady(), wall: this.timers.wall() };
    this.fresh = false;
  }

  /** A beat came, on a line whose server does not say how often it beats: two alike tell. */
  beat(): void {
    const pause_ms = this.timers.steady() - this.heard_at.steady;
    const alike = Math.abs(pause_ms - this.pause_ms) < this.pause_ms / 4;
    if (pause_ms >= BEAT_MS_MIN && alike) this.patience_ms = Math.max(pause_ms, this.pause_ms) * BEATS_MAX;
    this.pause_ms = pause_ms;
    this.beats += 1;
    this.heard();
    if (this.cancel) this.watch();
  }

  /** The page woke up, or is on another network: the timer may be late. */
  look(): void {
    if (this.cancel && this.left() <= 0) this.doubt();
  }

  end(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private left(): number {
    const { steady, wall } = this.heard_at;
    const patience_ms = this.fresh ? Math.min(FIRST_MS, this.patience_ms) : this.patience_ms;
    return patience_ms - Math.max(this.timers.steady() - steady, this.timers.wall() - wall);
  }

  private watch(): void {
    this.end();
    this.cancel = this.timers.after(Math.max(this.left(), 0), () => (this.left() > 0 ? this.watch() : this.doubt()));
  }

  private doubt(): void {
    this.end();
    this.cancel = this.timers.after(UNREAD_MS, () => {
      if (this.left() > 0) return this.watch();
      this.end();
      // A server that was heard, but not to beat, may do so more seldom than was thought.
      if (this.beats === 0 && !this.fresh) this.patience_ms = Math.min(2 * this.patience_ms, PATIENCE_MS_MAX);
      this.lost();
    });
  }
}
