import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const READY_MS_MAX = 60_000;
/** Below the range the kernel takes ports for outgoing connections from, and beside that of the tests in Rust. */
const PORTS = { first: 16_000, count: 12_000 };

export const isRoot = process.getuid?.() === 0;

/** Stands before a command so that root does not run it. */
export const SOMEBODY_ELSE = isRoot ? ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', '--'] : [];

/**
 * A program from Debian's packages. A shell runs it, and ends it as its standard input closes: so it ends with whoever
 * started it, however that ends. The shell's script says `ready` when the program answers.
 */
export class Program {
  private constructor(private readonly shell: ChildProcess) {}

  static async start(script: string, env: Record<string, string>, before: readonly string[] = []): Promise<Program> {
    const [command = 'sh', ...args] = [...before, 'sh', '-c', script];
    const shell = spawn(command, args, { cwd: '/', env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    const said: string[] = [];
    shell.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const lines = createInterface({ input: shell.stdout });
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${why}\n${said.join('')}`));
      const deadline = setTimeout(() => fail('not ready in time'), READY_MS_MAX);
      shell.once('error', (error) => fail(error.message));
      shell.once('exit', (code) => fail(`ended with ${code}`));
      lines.on('line', (line) => {
        if (line !== 'ready') return void said.push(`${line}\n`);
        clearTimeout(deadline);
        resolve();
      });
    });
    return new Program(shell);
  }

  async stop(): Promise<void> {
    if (this.shell.exitCode !== null) return;
    const gone = once(this.shell, 'exit');
    this.shell.stdin!.end();
    await gone;
  }
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** The folder with all of these programs; Debian keeps what a service runs where not everybody looks. */
export function folderOf(programs: readonly string[]): string {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const places = [
    ...versions.map((version) => `/usr/lib/postgresql/${version}/bin`),
    ...(process.env['PATH'] ?? '').split(':'),
    '/usr/sbin',
  ];
  const found = places.find((place) => programs.every((program) => existsSync(join(place, program))));
  if (!found) throw new Error(`${programs.join(', ')} are in no folder of PATH: this test needs real ones (make setup-test)`);
  return found;
}
