import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Page } from '@playwright/test';

import type { Node } from '../src/lib/api.gen';
import { Api } from './api';
import { expect } from './fixture';
import type { Person } from './people';
import { folderOf, freePort, isRoot, Program, SOMEBODY_ELSE } from './program';
import { Server } from './server';

/** How a server takes part. It is quick to miss another, so that nobody waits for long. */
const TAKES_PART = ['--cluster', 'on', '--beat-ms', '200', '--gone-ms', '2000'];

const POSTGRES = `
umask 077; mkdir "$DIR" || exit 1
"$BIN/initdb" -D "$DIR/data" -U anteroom -A trust -E UTF8 --locale=C --no-sync > "$DIR/log" 2>&1 || { cat "$DIR/log" >&2; exit 1; }
"$BIN/postgres" -D "$DIR/data" -p "$PORT" -k "$DIR" -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=32MB >> "$DIR/log" 2>&1 &
pid=$!
until "$BIN/pg_isready" -q -h 127.0.0.1 -p "$PORT"; do
    kill -0 "$pid" 2> /dev/null || { cat "$DIR/log" >&2; exit 1; }
    sleep 0.1
done
echo ready
read -r _
kill -INT "$pid"; wait "$pid"
rm -rf "$DIR"
`;

const HAPROXY = `
"$BIN/haproxy" -c -f "$DIR/haproxy.cfg" >&2 || exit 1
"$BIN/haproxy" -db -f "$DIR/haproxy.cfg" > "$DIR/log" 2>&1 < /dev/null &
pid=$!
echo ready
read -r _
kill -9 "$pid"; wait "$pid"
rm -rf "$DIR"
`;

/** A PostgreSQL of its own, empty. Returns where it is. */
async function postgres(): Promise<[Program, url: string]> {
  const port = await freePort();
  const env = { BIN: folderOf(['initdb', 'postgres', 'pg_isready']), PORT: String(port), DIR: join(tmpdir(), `anteroom-e2e-pg-${port}`) };
  return [await Program.start(POSTGRES, env, SOMEBODY_ELSE), `postgres://anteroom@127.0.0.1:${port}/postgres`];
}

/**
 * HAProxy in front of these servers, by the file in `deploy/`. Only ports, limits and the lines that name the nodes are
 * other, and it does without TLS, which tests/balancers.rs has. Returns the port where people come in.
 */
async function haproxy(servers: readonly Server[]): Promise<[Program, port: number]> {
  const folder = await mkdtemp(join(tmpdir(), 'anteroom-e2e-haproxy-'));
  const [plain, port] = [await freePort(), await freePort()];
  let file = await readFile(fileURLToPath(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url)), 'utf8');
  const replaced = [
    ['bind :80', `bind 127.0.0.1:${plain}`],
    ['bind :443 ssl crt /etc/haproxy/anteroom.pem', `bind 127.0.0.1:${port}`],
    ['maxconn 100000', 'maxconn 1000'],
    ['    server one 10.0.0.11:8080\n', servers.map((server, n) => `    server n${n} 127.0.0.1:${server.port}\n`).join('')],
    ...(isRoot ? [] : [['    user haproxy\n', ''], ['    group haproxy\n', '']]),
  ] as const;
  for (const [from, to] of replaced) {
    if (!file.includes(from)) throw new Error(`haproxy.cfg has no \`${from}\`: what is replaced there has another form`);
    file = file.replace(from, to);
  }
  await writeFile(join(folder, 'haproxy.cfg'), file);
  return [await Program.start(HAPROXY, { BIN: folderOf(['haproxy']), DIR: folder }), port];
}

/** Servers that match as one, on one PostgreSQL and behind one HAProxy. */
export class Cluster {
  private readonly standing = new Map<Page, string>();

  private constructor(
    readonly servers: ReadonlyMap<string, Server>,
    /** Where people come in. */
    readonly port: number,
    private readonly programs: readonly Program[],
  ) {}

  /** People come from these origins. */
  static async open(names: readonly string[], origins: readonly string[]): Promise<Cluster> {
    const [database, url] = await postgres();
    const servers = new Map<string, Server>();
    try {
      for (const name of names) {
        const flags = [...TAKES_PART, '--node-name', name, '--database-url', url, '--trusted-proxy', '127.0.0.1'];
        servers.set(name, await Server.start(origins, { demo: true, flags }));
      }
      const [balancer, port] = await haproxy([...servers.values()]);
      const cluster = new Cluster(servers, port, [balancer, database]);
      await expect.poll(async () => (await cluster.nodes()).filter(({ state }) => state === 'UP').length).toBe(names.length);
      return cluster;
    } catch (error) {
      for (const server of servers.values()) await server.stop();
      await database.stop();
      throw error;
    }
  }

  /** Any of them. */
  get first(): Server {
    return [...this.servers.values()][0]!;
  }

  /** The nodes as one that still runs shows them. */
  async nodes(): Promise<Node[]> {
    const there = [...this.servers.values()].find(({ isRunning }) => isRunning)!;
    const admin = await Api.as(there, this.first.demo.admin);
    return (await admin.call<{ items: Node[] }>('GET', '/nodes')).items;
  }

  /** Listens to which node each page comes. */
  watch(page: Page): void {
    page.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => {
        const frame = JSON.parse(String(payload)) as { type: string; node?: string };
        if (frame.type === 'welcome') this.standing.set(page, frame.node!);
      }),
    );
  }

  /** As this page is about to come in anew. */
  forget({ page }: Person): void {
    this.standing.delete(page);
  }

  /** The name of the node this person's socket is at. */
  async nodeOf({ page }: Person): Promise<string> {
    await expect.poll(() => this.standing.get(page)).toBeDefined();
    const id = this.standing.get(page);
    const node = (await this.nodes()).find(({ node }) => node === id);
    if (!node) throw new Error(`no node ${id}`);
    return node.name;
  }

  get log(): string {
    return [...this.servers].map(([name, server]) => `${name}\n${server.log}`).join('\n\n');
  }

  async close(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
    for (const program of this.programs) await program.stop();
  }
}
