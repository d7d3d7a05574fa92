import type { Page } from '@playwright/test';

import type { Called, Office } from '../src/lib/office-feed';

declare global {
  interface Window {
    /** Says something on every open stream of the office. */
    tell(type: string, data: unknown): void;
    drop(): void;
  }
}

const LINE = { topic: 'GENERAL', language: 'ko', name: '일반 상담', open: true };

export const OFFICE: Office = {
  name: '한마음 민원실',
  time_zone: 'Asia/Seoul',
  draining: false,
  lines: [
    { ...LINE, waiting: 3, ahead_s: [180, 420], opens_at: null },
    { ...LINE, topic: 'FINANCE', name: '금융 상담', waiting: 0, ahead_s: [0, 45], opens_at: null },
    { ...LINE, topic: 'HEALTH', name: '건강 상담', open: false, waiting: 0, ahead_s: null, opens_at: '2026-11-24T00:00:00Z' },
  ],
};

/** The lines behind those figures, in both languages. */
export const LINES = [
  { ...LINE, id: '1', name_en: 'General' },
  { ...LINE, id: '2', topic: 'FINANCE', name: '금융 상담', name_en: 'Money' },
  { ...LINE, id: '3', topic: 'HEALTH', name: '건강 상담', name_en: 'Health', open: false },
];

export function call(number: string, ago_ms = 0, line = 'GENERAL'): Called {
  const at = new Date(Date.now() - ago_ms).toISOString();
  return { number, line, line_name: '일반 상담', desk: { name: '1번 창구', place: '1층' }, at };
}

/** An office as busy as the test says. Put in place before the page is opened. */
export class StagedOffice {
  private constructor(private readonly page: Page) {}

  static async on(page: Page, office: Office = OFFICE): Promise<StagedOffice> {
    await page.addInitScript((first) => {
      const open = new Set<Stage>();
      class Stage extends EventTarget {
        readyState = 1;
        onopen: (() => void) | null = null;
        onerror: (() => void) | null = null;

        constructor(readonly url: string) {
          super();
          open.add(this);
          queueMicrotask(() => {
            this.onopen?.();
            this.tell('office', first);
          });
        }

        tell(type: string, data: unknown): void {
          this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
        }

        close(): void {
          open.delete(this);
        }
      }
      window.EventSource = Stage as unknown as typeof EventSource;
      window.tell = (type, data) => open.forEach((each) => each.tell(type, data));
      window.drop = () => open.forEach((each) => each.onerror?.());
    }, office);
    await page.route('**/api/v1/lines', (route) => route.fulfill({ json: { items: LINES, next: null } }));
    return new StagedOffice(page);
  }

  async isNow(office: Office): Promise<void> {
    await this.page.evaluate((data) => window.tell('office', data), office);
  }

  async calls(...calls: Called[]): Promise<void> {
    for (const called of calls) await this.page.evaluate((data) => window.tell('called', data), called);
  }

  /** The stream drops, and its browser does not get it back. */
  async isLost(): Promise<void> {
    await this.page.evaluate(() => window.drop());
  }
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { LiveCounsellor, LiveRoom, LiveTicket } from '../src/pages/admin/live/state';

const STREAM = '/api/v1/rooms/stream';
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
