import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { LiveCounsellor, LiveRoom, LiveTicket } from '../src/pages/admin/live/state';

const STREAM = '/api/v1/rooms/stream';
const STATS = '/api/v1/lines/stats';
const LINES = ['GENERAL', 'WELFARE', 'TAX'];

type Kind = 'room' | 'ticket' | 'counsellor';

/** An office of any size: the live stream is made up here, everything else is the real server's. */
export class BusyOffice {
  private readonly viewers = new Set<ServerResponse>();
  readonly rooms = new Map<string, LiveRoom>();
  readonly tickets = new Map<string, LiveTicket>();
  readonly counsellors = new Map<string, LiveCounsellor>();

  private constructor(private readonly server: Server) {}

  static async open(behind: string): Promise<BusyOffice> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const office = new BusyOffice(server);
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      if (asked.url === STREAM) office.view(answer);
      else if (asked.url?.startsWith(STATS)) office.figures(answer);
      else pass(asked, answer, new URL(behind));
    });
    return office;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  fill({ rooms = 0, tickets = 0, counsellors = 0 }): void {
    for (let index = 0; index < counsellors; index += 1) this.counsellors.set(`c${index}`, counsellorOf(index));
    for (let index = 0; index < rooms; index += 1) this.rooms.set(`r${index}`, roomOf(index, counsellors));
    for (let index = 0; index < tickets; index += 1) this.tickets.set(`t${index}`, ticketOf(index));
  }

  /** Tells every viewer a change, as soon as the network takes it. */
  async put(kind: Kind, id: string, item: LiveRoom | LiveTicket | LiveCounsellor): Promise<void> {
    await this.tell(kind, { op: 'put', id, item });
  }

  async drop(kind: Kind, id: string): Promise<void> {
    await this.tell(kind, { op: 'drop', id });
  }

  async close(): Promise<void> {
    const gone = once(this.server, 'close');
    this.server.closeAllConnections();
    this.server.close();
    await gone;
  }

  private view(answer: ServerResponse): void {
    answer.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const all = [this.rooms, this.tickets, this.counsellors].map((rows) => [...rows.values()]);
    const [rooms, tickets, counsellors] = all;
    answer.write(`event: snapshot\ndata: ${JSON.stringify({ rooms, tickets, counsellors })}\n\n`);
    this.viewers.add(answer);
    answer.once('close', () => this.viewers.delete(answer));
  }

  /** The last half hour of one line that stood as all of them do now. */
  private figures(answer: ServerResponse): void {
    const minutes = Array.from({ length: 30 });
    const all = (value: number) => minutes.map(() => value);
    const held = [...this.counsellors.values()].reduce((sum, one) => sum + one.held, 0);
    const from = new Date(Math.floor(Date.now() / 60_000 - 29) * 60_000).toISOString();
    const matched = { matched: all(2), within_target: all(1), missed: all(0) };
    const trend = { from, step_s: 60, waiting: all(this.tickets.size), held: all(held), capacity: all(held + 3), ...matched };
    answer.writeHead(200, { 'content-type': 'application/json' });
    answer.end(JSON.stringify({ items: [{ id: 'l1', trend }], next: null }));
  }

  private async tell(kind: Kind, change: object): Promise<void> {
    const text = `event: ${kind}\ndata: ${JSON.stringify(change)}\n\n`;
    for (const viewer of this.viewers) if (!viewer.write(text)) await once(viewer, 'drain');
  }
}

/** To the real server, as if it had been asked itself. */
function pass(asked: IncomingMessage, answer: ServerResponse, behind: URL): void {
  const { origin, ...headers } = asked.headers;
  const more = origin === undefined ? {} : { origin: behind.origin };
  const onward = request(
    { host: behind.hostname, port: behind.port, path: asked.url, method: asked.method, headers: { ...headers, ...more, host: behind.host } },
    (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    },
  );
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

export function roomOf(index: number, counsellors = 1): LiveRoom {
  const holder = counsellorOf(index % Math.max(1, counsellors));
  return {
    room: `r${index}`,
    consultation: `ct${index}`,
    number: `A-${String(index).padStart(5, '0')}`,
    line: LINES[index % LINES.length]!,
    language: 'ko',
    kind: 'CONSULTATION',
    status: 'OPEN',
    opened_at: ago(20_000 - (index % 15_000)),
    last_seq: index % 40,
    counsellor: { account: holder.account, name: holder.name },
    members: [
      { member: `m${index}`, role: 'DESK', name: `방문자 ${index}`, state: 'JOINED' },
      { member: `n${index}`, role: 'COUNSELLOR', name: holder.name, state: 'JOINED' },
    ],
  };
}

export function ticketOf(index: number): LiveTicket {
  return {
    ticket: `t${index}`,
    number: `B-${String(index).padStart(4, '0')}`,
    line: LINES[index % LINES.length]!,
    language: 'ko',
    nickname: `손님 ${index}`,
    desk: null,
    requested_at: ago(600 - (index % 600)),
    priority: 0,
    here: true,
    stage: 'WAITING',
  };
}

export function counsellorOf(index: number): LiveCounsellor {
  return {
    account: `c${index}`,
    name: `상담사 ${index}`,
    connected: true,
    intent: index % 5 === 4 ? 'PAUSED' : 'OPEN',
    reason: index % 5 === 4 ? 'MEAL' : null,
    activity: 'TALKING',
    capacity: 30,
    held: 20,
    lines: LINES,
  };
}
