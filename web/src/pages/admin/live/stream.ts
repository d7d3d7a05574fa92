import { backOffMs } from '../../../lib/close';
import { Silence } from '../../../lib/silence';
import { realTimers, type Timers } from '../../../lib/timers';
import { onWake } from '../../../lib/wake';
import type { Connection, StreamEvent } from './state';

const EVENTS: ReadonlyArray<StreamEvent['type']> = ['snapshot', 'room', 'ticket', 'counsellor'];

interface StreamWorld {
  take(event: StreamEvent): void;
  connection(connection: Connection): void;
  /** The server refused the stream: perhaps the log-in is over. */
  refused(): void;
  timers?: Timers;
  connect?(url: string): EventSource;
  onWake?(listener: () => void): () => void;
}

/** The live list's stream. The browser reconnects a dropped one; one that was refused, or is silent, is tried anew from here. */
export class Stream {
  private source: EventSource | null = null;
  private cancelRetry: (() => void) | null = null;
  private attempt = 0;
  private readonly timers: Timers;
  private readonly silence: Silence;
  private stopWaking: (() => void) | null = null;

  constructor(private readonly world: StreamWorld) {
    this.timers = world.timers ?? realTimers;
    this.silence = new Silence(this.timers, () => {
      world.connection('RETRYING');
      this.open();
    });
  }

  start(): void {
    this.stopWaking ??= (this.world.onWake ?? onWake)(() => this.silence.look());
    this.open();
  }

  private open(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.source?.close();
    const url = '/api/v1/rooms/stream';
    const source = this.world.connect?.(url) ?? new EventSource(url);
    this.source = source;
    for (const type of EVENTS) {
      source.addEventListener(type, (event: MessageEvent<string>) => {
        if (this.source !== source) return;
        this.attempt = 0;
        this.silence.heard();
        this.world.take({ type, data: JSON.parse(event.data) } as StreamEvent);
      });
    }
    source.addEventListener('beat', () => this.source === source && this.silence.beat());
    source.onerror = () => {
      if (this.source !== source) return;
      this.world.connection('RETRYING');
      if (source.readyState !== 2) return;
      this.silence.end();
      this.world.refused();
      this.cancelRetry = this.timers.after(backOffMs(this.attempt, this.timers), () => this.open());
      this.attempt += 1;
    };
    this.silence.begin();
  }

  stop(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.stopWaking?.();
    this.stopWaking = null;
    this.silence.end();
    this.source?.close();
    this.source = null;
  }
}
