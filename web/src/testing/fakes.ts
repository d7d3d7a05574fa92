import type { ClientFrame, ServerFrame } from '../lib/protocol.gen';
import type { SocketWorld } from '../lib/socket-world';
import type { Timers } from '../lib/timers';

/** A clock that moves only when told to. */
export class FakeTimers implements Timers {
  private time = 1_000_000;
  private due: Array<{ at: number; run: () => void }> = [];
  /** What `random` gives next. */
  chance = 0.5;

  /** How long the computer has slept: only its own clock went on meanwhile. */
  private slept = 0;

  now(): number {
    return this.time;
  }

  steady(): number {
    return this.time;
  }

  wall(): number {
    return this.time + this.slept;
  }

  /** The computer sleeps: no timer runs, and the even clock stands still. */
  sleep(ms: number): void {
    this.slept += ms;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + ms, run };
    this.due.push(timer);
    return () => {
      this.due = this.due.filter((other) => other !== timer);
    };
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.due.toSorted((a, b) => a.at - b.at)[0];
      if (!next || next.at > end) break;
      this.due = this.due.filter((other) => other !== next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }

  get pending(): number {
    return this.due.length;
  }
}

/** The server's end of one connection, played by the test. */
export class FakeLink {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: ClientFrame[] = [];

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.readyState = 3;
  }

  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  says(...frames: ServerFrame[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  closes(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  of<Type extends ClientFrame['type']>(type: Type): Array<Extract<ClientFrame, { type: Type }>> {
    return this.sent.filter((frame): frame is Extract<ClientFrame, { type: Type }> => frame.type === type);
  }
}

/** A network and a browser, played by the test. */
export class FakeWorld implements SocketWorld {
  readonly timers = new FakeTimers();
  readonly links: FakeLink[] = [];
  reloads = 0;
  private reloaded = false;
  private listeners = new Set<(online: boolean) => void>();
  private sleepers = new Set<() => void>();
  /** What a plain request at the socket's address is answered. */
  answersPlainly = true;

  connect(url: string, protocol: string): WebSocket {
    const link = new FakeLink(url, protocol);
    this.links.push(link);
    return link as unknown as WebSocket;
  }

  onNetwork(listener: (online: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  network(online: boolean): void {
    for (const listener of this.listeners) listener(online);
  }

  onWake(listener: () => void): () => void {
    this.sleepers.add(listener);
    return () => this.sleepers.delete(listener);
  }

  /** The page comes to the front, or the computer wakes. */
  wakes(): void {
    for (const listener of this.sleepers) listener();
  }

  lacksUpgradeOnly(): Promise<boolean> {
    return Promise.resolve(this.answersPlainly);
  }

  reload(): boolean {
    if (this.reloaded) return false;
    this.reloaded = true;
    this.reloads += 1;
    return true;
  }

  welcomed(): void {
    this.reloaded = false;
  }

  /** Time goes by on a line that lives: the server is heard often enough. */
  passes(ms: number): void {
    for (let left = ms; left > 0; left -= 5_000) {
      this.timers.advance(Math.min(left, 5_000));
      if (this.links.at(-1)?.readyState === 1) this.link.says({ type: 'beat' });
    }
  }

  /** The present connection. */
  get link(): FakeLink {
    return this.links.at(-1)!;
  }
}

/** A storage of its own for each test. */
export class FakeStorage implements Storage {
  private readonly items = new Map<string, string>();

  get length(): number {
    return this.items.size;
  }

  clear(): void {
    this.items.clear();
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
}
