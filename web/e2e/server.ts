import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { newestLink } from './mail';

const BINARY =
  process.env['ANTEROOM_BIN'] ?? fileURLToPath(new URL('../../target/debug/anteroom', import.meta.url));
const READY_MS_MAX = 30_000;

export interface LogIn {
  login: string;
  password: string;
}

/** What `--demo` prints. */
export interface Demo {
  admin: LogIn;
  counsellor1: LogIn;
  counsellor2: LogIn;
  desk: { id: string; key: string };
}

/** How a server is started, besides where it listens. */
export interface Serve {
  demo: boolean;
  flags: readonly string[];
  /** So many made-up consultations are on file already. */
  made?: number;
  /** Where the office is; the server's own choice, if left out. */
  zone?: string;
}

/** What a server prints before it is ready. */
interface Greeting {
  port: number;
  demo: Demo | null;
  setup_link: string | null;
}

/** The real server, on a data directory and a port of its own. */
export class Server {
  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    private readonly greeting: Greeting,
    private readonly output: string[],
  ) {}

  get port(): number {
    return this.greeting.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get demo(): Demo {
    if (!this.greeting.demo) throw new Error(`no demo\n${this.log}`);
    return this.greeting.demo;
  }

  /** The link for the first admin, printed where there is none. */
  get setupLink(): string {
    if (!this.greeting.setup_link) throw new Error(`no set-up link\n${this.log}`);
    return this.greeting.setup_link;
  }

  static async start(allowed_origins: readonly string[], { demo, flags, made = 0, zone }: Serve): Promise<Server> {
    const directory = await mkdtemp(join(tmpdir(), 'anteroom-e2e-'));
    const there = zone === undefined ? [] : ['--time-zone', zone];
    if (made > 0) await fill(directory, made, there);
    const origins = allowed_origins.flatMap((origin) => ['--allowed-origin', origin]);
    const more = [...(demo ? ['--demo'] : []), ...there, ...flags];
    const args = ['serve', '--listen', '127.0.0.1:0', '--data-dir', directory, ...origins, ...more];
    // One test is many people, who all come from one address.
    const env = { ...process.env, ANTEROOM_ASKS_PER_MIN_MAX: '100000', ANTEROOM_WAITING_PER_ADDRESS_MAX: '100000' };
    const child = spawn(BINARY, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    try {
      return new Server(child, directory, await ready(child, output), output);
    } catch (error) {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** The link in the newest mail to somebody, which the server writes into a folder where it has no mail server. */
  async linkFor(address: string): Promise<string> {
    return newestLink(join(this.directory, 'mail'), address);
  }

  /** Lets the load tool loose on it, until it is through. Returns whether everything it promises holds. */
  async load(options: readonly string[]): Promise<boolean> {
    const args = ['load', '--target', this.url, '--data-dir', this.directory, ...options];
    const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => this.output.push(chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0;
  }

  /** Everything it has printed, for a failing test. */
  get log(): string {
    return this.output.join('\n');
  }

  get isRunning(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Ends it without a word, or asks it to leave and waits until it has. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!this.isRunning) return;
    const gone = once(this.process, 'exit');
    this.process.kill(signal);
    await gone;
  }

  async stop(): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Puts made-up consultations of a fortnight on file. */
async function fill(directory: string, consultations: number, there: readonly string[]): Promise<void> {
  const figures = ['--consultations', String(consultations), '--messages', String(consultations), '--days', '14'];
  const child = spawn(BINARY, ['fill', ...figures, ...there, '--data-dir', directory], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${BINARY} fill ended with ${code}`);
}

/** What it greets with; that it listens is the last of it. */
function ready(child: ChildProcess, output: string[]): Promise<Greeting> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${BINARY}: ${why}\n${output.join('\n')}`));
    const deadline = setTimeout(() => fail('not ready in time'), READY_MS_MAX);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
    const lines: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => {
      output.push(line);
      lines.push(line);
      const port = /^listening on http:\/\/\S*?:(\d+)$/.exec(line)?.[1];
      if (!port) return;
      clearTimeout(deadline);
      const greeting = lines.join('\n');
      const setup_link = /http:\S+\/setup#\S+/.exec(greeting)?.[0] ?? null;
      resolve({ port: Number(port), demo: demoOf(greeting), setup_link });
    });
  });
}

function demoOf(greeting: string): Demo | null {
  const logIn = (who: string): LogIn | null => {
    const found = new RegExp(`demo: ${who} login=(\\S+) password=(\\S+)`).exec(greeting);
    return found && { login: found[1]!, password: found[2]! };
  };
  const [admin, counsellor1, counsellor2] = [logIn('admin'), logIn('counsellor1'), logIn('counsellor2')];
  const desk = /demo: desk id=(\S+) key=(\S+)/.exec(greeting);
  if (!admin || !counsellor1 || !counsellor2 || !desk) return null;
  return { admin, counsellor1, counsellor2, desk: { id: desk[1]!, key: desk[2]! } };
}
