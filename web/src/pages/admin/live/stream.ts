import { backOffMs } from '../../../lib/close';
import { realTimers, type Timers } from '../../../lib/timers';
import type { Connection, StreamEvent } from './state';

const EVENTS: ReadonlyArray<StreamEvent['type']> = ['snapshot', 'room', 'ticket', 'counsellor'];

interface StreamWorld {
  take(event: StreamEvent): void;
  connection(connection: Connection): void;
  /** The server refused the stream: perhaps the log-in is over. */
  refused(): void;
  timers?: Timers;
  connect?(url: string): EventSource;
}

/** The live list's stream. The browser reconnects a dropped one; a refused one is tried anew from here. */
export class Stream {
  private source: EventSource | null = null;
  private cancelRetry: (() => void) | null = null;
  private attempt = 0;
  private readonly timers: Timers;

  constructor(private readonly world: StreamWorld) {
    this.timers = world.timers ?? realTimers;
  }

  start(): void {
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
        this.world.take({ type, data: JSON.parse(event.data) } as StreamEvent);
      });
    }
    source.onerror = () => {
      if (this.source !== source) return;
      this.world.connection('RETRYING');
      if (source.readyState !== 2) return;
      this.world.refused();
      this.cancelRetry = this.timers.after(backOffMs(this.attempt, this.timers), () => this.start());
      this.attempt += 1;
    };
  }

  stop(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.source?.close();
    this.source = null;
  }
}
