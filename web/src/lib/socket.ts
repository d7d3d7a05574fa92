import { afterClose, backOffMs, DRAIN_JITTER_MS, type Farewell } from './close';
import type { ClientFrame, ServerFrame } from './protocol.gen';
import { Silence } from './silence';
import { browserWorld, type SocketWorld } from './socket-world';
import { toJson } from './words';

export const SUBPROTOCOL = 'anteroom.v1';
/** A connection that has not opened by then is tried anew. */
export const CONNECT_MS_MAX = 10_000;
/** A frame that deserves an answer and gets none: the other end is gone without a word. */
export const ANSWER_MS_MAX = 12_000;
/** A connection that lived this long forgets the failures before it. */
export const STABLE_MS = 5_000;

/** A page that never had a connection says after so long that something on the way keeps sockets out … */
export const BLOCKED_MS = 10_000;
/** … and one that had one waits longer: most often only the server was away, and is just back. */
export const BLOCKED_AGAIN_MS = 30_000;

/**
 * CLOSED: not wanted. CONNECTING: first try. RETRYING: lost, coming back by itself. BLOCKED: the same, but the server
 * answers everything except sockets.
 */
export type Connection = 'CLOSED' | 'CONNECTING' | 'OPEN' | 'RETRYING' | 'BLOCKED';

export interface SocketEvents {
  /** The connection stands; say who you are. */
  opened(): void;
  frame(frame: ServerFrame): void;
  status(connection: Connection): void;
  /** It will not come back by itself. */
  farewell(why: Farewell): void;
  /** A try ended before it opened: perhaps the log-in is over, or the key is not good. */
  refused?(): void;
}

/** Frames that are always answered; the others may rightly meet silence. */
function deservesAnswer(frame: ClientFrame): boolean {
  switch (frame.type) {
    case 'typing':
    case 'seen':
    case 'replay':
      return false;
    default:
      return true;
  }
}

/** A socket that comes back by itself and obeys the close codes. It owns its timers and nothing else. */
export class Socket {
  private link: WebSocket | null = null;
  private wanted = false;
  private attempt = 0;
  private openedAt: number | null = null;
  private cancelRetry: (() => void) | null = null;
  private cancelConnect: (() => void) | null = null;
  private cancelAnswer: (() => void) | null = null;
  private cancelBlocked: (() => void) | null = null;
  private stopListening: (() => void) | null = null;
  private blocked = false;
  private everOpened = false;
  private readonly silence: Silence;

  constructor(
    private readonly url: () => string,
    private readonly events: SocketEvents,
    private readonly world: SocketWorld = browserWorld,
  ) {
    this.silence = new Silence(world.timers, () => this.drop());
  }

  /** Opens the connection and keeps it until `stop` or a farewell. */
  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.attempt = 0;
    const stops = [
      this.world.onNetwork((online) => (online ? this.hurry() : this.drop())),
      this.world.onWake(() => this.look()),
    ];
    this.stopListening = () => stops.forEach((stop) => stop());
    this.events.status('CONNECTING');
    this.connect();
  }

  /** Closes for good; no event follows but the status. */
  stop(): void {
    if (!this.wanted) return;
    this.retire();
    this.events.status('CLOSED');
  }

  /** False when there is no connection; the caller keeps what must not be lost. */
  send(frame: ClientFrame): boolean {
    if (!this.link || this.link.readyState !== 1) return false;
    this.link.send(toJson(frame));
    if (deservesAnswer(frame) && !this.cancelAnswer) {
      this.cancelAnswer = this.world.timers.after(ANSWER_MS_MAX, () => this.drop());
    }
    return true;
  }

  private connect(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.openedAt = null;
    const link = this.world.connect(this.url(), SUBPROTOCOL);
    this.link = link;
    this.cancelConnect = this.world.timers.after(CONNECT_MS_MAX, () => this.drop());
    this.watchForBlock();
    // A link that was given up may still speak: each handler asks whether it is the present one.
    link.onopen = () => {
      if (this.link !== link) return;
      this.cancelConnect?.();
      this.cancelConnect = null;
      this.openedAt = this.world.timers.now();
      this.unblocked();
      this.everOpened = true;
      this.silence.begin();
      this.events.status('OPEN');
      this.events.opened();
    };
    link.onmessage = (event: MessageEvent) => {
      if (this.link === link) this.receive(event.data);
    };
    link.onclose = (event: CloseEvent) => {
      if (this.link === link) this.closed(event.code);
    };
  }

  private receive(data: unknown): void {
    this.cancelAnswer?.();
    this.cancelAnswer = null;
    this.silence.heard();
    if (typeof data !== 'string') return;
    const frame = JSON.parse(data) as ServerFrame;
    if (frame.type === 'beat') return;
    if (frame.type === 'welcome') {
      this.silence.begin(frame.heartbeat_s);
      this.silence.heard();
      this.world.welcomed();
    }
    this.events.frame(frame);
  }

  private closed(code: number): void {
    const opened = this.openedAt;
    if (opened !== null && this.world.timers.now() - opened >= STABLE_MS) this.attempt = 0;
    this.clearLink();
    const next = afterClose(code);
    switch (next) {
      case 'AT_ONCE':
        this.retryIn(this.world.timers.random() * DRAIN_JITTER_MS);
        break;
      case 'BACK_OFF':
        this.backOff();
        break;
      case 'RELOAD':
        if (this.world.reload()) this.stop();
        else this.leave('OUTDATED');
        break;
      default:
        this.leave(next);
    }
    if (opened === null && this.wanted) this.events.refused?.();
  }

  /** Gives the present link up without waiting for its close to be answered. */
  private drop(): void {
    const link = this.link;
    if (!link) return;
    if (this.openedAt !== null && this.world.timers.now() - this.openedAt >= STABLE_MS) this.attempt = 0;
    this.clearLink();
    link.close();
    this.backOff();
  }

  private backOff(): void {
    this.retryIn(backOffMs(this.attempt, this.world.timers));
    this.attempt += 1;
  }

  private retryIn(ms: number): void {
    this.events.status(this.blocked ? 'BLOCKED' : 'RETRYING');
    // The page may have stopped the socket on hearing that it is gone.
    if (this.wanted) this.cancelRetry = this.world.timers.after(ms, () => this.connect());
  }

  /** Perhaps time went by unseen: is the line still there, and is a wait for the next try long over? */
  private look(): void {
    this.silence.look();
    this.hurry();
  }

  private watchForBlock(): void {
    this.cancelBlocked ??= this.world.timers.after(this.everOpened ? BLOCKED_AGAIN_MS : BLOCKED_MS, () => {
      this.cancelBlocked = null;
      void this.askWhetherBlocked();
    });
  }

  private async askWhetherBlocked(): Promise<void> {
    const asked = this.stopListening;
    const blocked = await this.world.lacksUpgradeOnly(this.url());
    // Stopped, perhaps started anew, or open meanwhile: then it is no answer.
    if (this.stopListening !== asked || !this.wanted || this.openedAt !== null || this.blocked) return;
    if (!blocked) return this.watchForBlock();
    this.blocked = true;
    this.events.status('BLOCKED');
  }

  private unblocked(): void {
    this.cancelBlocked?.();
    this.cancelBlocked = null;
    this.blocked = false;
  }

  /** The network is back: do not sit out a long back-off. */
  private hurry(): void {
    if (!this.cancelRetry) return;
    this.attempt = 0;
    this.cancelRetry();
    this.cancelRetry = this.world.timers.after(backOffMs(0, this.world.timers), () => this.connect());
  }

  private leave(why: Farewell): void {
    this.retire();
    this.events.status('CLOSED');
    this.events.farewell(why);
  }

  private retire(): void {
    this.wanted = false;
    this.unblocked();
    const link = this.link;
    this.clearLink();
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.stopListening?.();
    this.stopListening = null;
    link?.close(1000);
  }

  private clearLink(): void {
    this.cancelConnect?.();
    this.cancelAnswer?.();
    this.cancelConnect = this.cancelAnswer = null;
    this.silence.end();
    this.link = null;
    this.openedAt = null;
  }
}

/** The address of a socket of this page's own server. */
export function socketUrl(path: string, query: Record<string, string> = {}): string {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = new URLSearchParams(query).toString();
  url.hash = '';
  return url.href;
}
