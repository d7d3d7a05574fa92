import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError, call } from './api';
import type { Called, OfficeView } from './api.gen';
import { backOffMs } from './close';
import { learnZone } from './office';
import { Silence } from './silence';
import { realTimers, type Timers } from './timers';
import { onWake } from './wake';

export type { Called };

/** ABSENT: the server is there and has no such figures. LOST: the server cannot be reached. */
export type Reach = 'CONNECTING' | 'OPEN' | 'LOST' | 'ABSENT';

export interface FeedWorld {
  called?(called: Called): void;
  timers?: Timers;
  connect?(url: string): EventSource;
  onWake?(listener: () => void): () => void;
  read?(): Promise<OfficeView>;
}

/** A line that drops for less than this is nobody's business. */
export const LOST_AFTER_MS = 5_000;
/** How long a server without these figures is left alone. */
const ABSENT_MS = 60_000;
const CLOSED = 2;

/** What the office looks like now. Comes back by itself, for days. */
export class OfficeFeed {
  private readonly seen = signal<OfficeView | null>(null);
  private readonly reached = signal<Reach>('CONNECTING');
  private readonly timers: Timers;
  private source: EventSource | null = null;
  private attempt = 0;
  private cancelLost: (() => void) | null = null;
  private cancelNext: (() => void) | null = null;
  private stopWaking: (() => void) | null = null;
  private readonly silence: Silence;

  constructor(private readonly world: FeedWorld = {}) {
    this.timers = world.timers ?? realTimers;
    this.silence = new Silence(this.timers, () => this.fellSilent());
  }

  get office(): ReadonlySignal<OfficeView | null> {
    return this.seen;
  }

  get reach(): ReadonlySignal<Reach> {
    return this.reached;
  }

  start(): void {
    if (this.source || this.cancelNext) return;
    this.stopWaking = (this.world.onWake ?? onWake)(() => this.silence.look());
    this.open();
  }

  /** Looks once, without following. */
  async look(): Promise<void> {
    const answer = await this.read();
    if (typeof answer === 'object') this.sees(answer);
  }

  stop(): void {
    this.close();
    this.stopWaking?.();
    this.stopWaking = null;
    this.cancelLost?.();
    this.cancelLost = null;
    this.attempt = 0;
  }

  private open(): void {
    this.close();
    const url = '/api/v1/office/stream';
    const source = this.world.connect?.(url) ?? new EventSource(url);
    this.source = source;
    const hear = <Data>(type: string, listener: (data: Data) => void) =>
      source.addEventListener(type, (event: MessageEvent<string>) => {
        if (this.source !== source) return;
        if (type === 'beat') this.silence.beat();
        this.heard();
        listener(JSON.parse(event.data) as Data);
      });
    hear<OfficeView>('office', (office) => this.sees(office));
    hear<Called>('called', (called) => this.world.called?.(called));
    hear('beat', () => undefined);
    source.onopen = () => {
      if (this.source === source) this.heard();
    };
    source.onerror = () => {
      if (this.source !== source) return;
      this.doubt();
      // The browser comes back by itself, unless the server refused.
      if (source.readyState === CLOSED) void this.askWhy();
    };
    this.silence.begin();
  }

  private heard(): void {
    this.silence.heard();
    this.attempt = 0;
    this.cancelLost?.();
    this.cancelLost = null;
    this.reached.value = 'OPEN';
  }

  /** Nothing at all came, and the browser sees no fault: the line is dead. */
  private fellSilent(): void {
    this.doubt();
    this.open();
  }

  private doubt(): void {
    if (this.reached.value === 'ABSENT') return;
    this.cancelLost ??= this.timers.after(LOST_AFTER_MS, () => {
      this.cancelLost = null;
      this.reached.value = 'LOST';
    });
  }

  /** A page is not told why a stream was refused; a plain question is, and its answer will do meanwhile. */
  private async askWhy(): Promise<void> {
    this.close();
    const again = backOffMs(this.attempt, this.timers);
    this.attempt += 1;
    // Set before the answer: a `stop` meanwhile takes it back, and the answer then finds nothing to go on with.
    this.next(again);
    const waits = this.cancelNext;
    const answer = await this.read();
    if (this.cancelNext !== waits) return;
    if (answer === 'LOST') return this.doubt();
    this.cancelLost?.();
    this.cancelLost = null;
    this.reached.value = answer === 'ABSENT' ? 'ABSENT' : 'OPEN';
    if (answer === 'ABSENT') this.next(ABSENT_MS);
    else this.sees(answer);
  }

  private sees(office: OfficeView): void {
    learnZone(office.time_zone);
    this.seen.value = office;
  }

  private async read(): Promise<OfficeView | 'ABSENT' | 'LOST'> {
    try {
      return await (this.world.read?.() ?? call<OfficeView>('GET', '/office'));
    } catch (error) {
      return error instanceof ApiError && error.status < 500 ? 'ABSENT' : 'LOST';
    }
  }

  private next(ms: number): void {
    this.cancelNext?.();
    this.cancelNext = this.timers.after(ms, () => this.open());
  }

  private close(): void {
    this.cancelNext?.();
    this.cancelNext = null;
    this.silence.end();
    this.source?.close();
    this.source = null;
  }
}
