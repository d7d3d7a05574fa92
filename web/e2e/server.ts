import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

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
  desk: { desk: string; key: string } | null;
}

/** The real server, on a data directory and a port of its own. */
export class Server {
  private constructor(
    private readonly process: ChildProcess,
    private readonly directory: string,
    readonly port: number,
    readonly demo: Demo,
    private readonly output: string[],
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static async start(allowed_origins: readonly string[]): Promise<Server> {
    const directory = await mkdtemp(join(tmpdir(), 'anteroom-e2e-'));
    const origins = allowed_origins.flatMap((origin) => ['--allowed-origin', origin]);
    const args = ['serve', '--listen', '127.0.0.1:0', '--data-dir', directory, '--demo', ...origins];
    const child = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    try {
      const { port, demo } = await ready(child, output);
      return new Server(child, directory, port, demo, output);
    } catch (error) {
      child.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Everything it has printed, for a failing test. */
  get log(): string {
    return this.output.join('\n');
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const gone = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await gone;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** The port it listens on and the demo's log-ins, once both are printed. */
function ready(child: ChildProcess, output: string[]): Promise<{ port: number; demo: Demo }> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${BINARY}: ${why}\n${output.join('\n')}`));
    const deadline = setTimeout(() => fail('not ready in time'), READY_MS_MAX);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
    const lines: string[] = [];
    createInterface({ input: child.stdout! }).on('line', (line) => {
      output.push(line);
      lines.push(line);
      const port = /listening on http:\/\/\S*?:(\d+)/.exec(lines.join('\n'))?.[1];
      const demo = demoOf(lines);
      if (!port || !demo) return;
      clearTimeout(deadline);
      resolve({ port: Number(port), demo });
    });
  });
}

/** Null until all three log-ins are printed. */
function demoOf(lines: readonly string[]): Demo | null {
  const logIn = (who: string): LogIn | null => {
    for (const line of lines) {
      const found = line.includes(who) ? /login=(\S+) password=(\S+)/.exec(line) : null;
      if (found) return { login: found[1]!, password: found[2]! };
    }
    return null;
  };
  const [admin, counsellor1, counsellor2] = [logIn('admin'), logIn('counsellor1'), logIn('counsellor2')];
  const desk = /desk=(\S+) key=(\S+)/.exec(lines.join('\n'));
  if (!admin || !counsellor1 || !counsellor2) return null;
  return { admin, counsellor1, counsellor2, desk: desk ? { desk: desk[1]!, key: desk[2]! } : null };
}
