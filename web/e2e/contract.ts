import type { Page, WebSocketRoute } from '@playwright/test';

/** A frame as it goes over the wire. */
export type Frame = { type: string } & Record<string, unknown>;

/** Answers in the server's place what a test needs to be exactly so: other people's doings, and their refusals. */
export class Stand {
  /** Frames the page sent that this stand kept to itself. */
  readonly kept: Frame[] = [];
  private readonly heard = new Map<string, Frame>();
  private page: WebSocketRoute | null = null;

  /** Call before the page is opened. `keep`: the types of frames the server shall not see. */
  static async between(page: Page, keep: readonly string[], who: 'counsellor' | 'desk' = 'counsellor'): Promise<Stand> {
    const stand = new Stand();
    await page.routeWebSocket(new RegExp(`/ws/${who}`), (route) => {
      stand.page = route;
      const server = route.connectToServer();
      route.onMessage((message) => {
        const frame = JSON.parse(String(message)) as Frame;
        if (keep.includes(frame.type)) stand.kept.push(frame);
        else server.send(message);
      });
      server.onMessage((message) => {
        const frame = JSON.parse(String(message)) as Frame;
        stand.heard.set(frame.type, frame);
        route.send(message);
      });
    });
    return stand;
  }

  /** The last frame of a type that the server sent. */
  last(type: string): Frame {
    const frame = this.heard.get(type);
    if (!frame) throw new Error(`no ${type} yet`);
    return frame;
  }

  /** Says something to the page as if it were the server. */
  says(...frames: Frame[]): void {
    for (const frame of frames) this.page?.send(JSON.stringify(frame));
  }
}

/** Answers a route of the API in the server's place. */
export async function answers(page: Page, path: string, body: unknown): Promise<void> {
  await page.route(`**/api/v1${path}`, (route) => route.fulfill({ json: body }));
}

export const REPLIES = {
  items: [
    { id: '1', shortcut: 'hello', body: '{visitor}님 안녕하세요, {line} 상담사 {counsellor}입니다.', language: 'ko', shared: true, mine: false, version: 1 },
    { id: '2', shortcut: 'wait', body: '확인하는 동안 잠시만 기다려 주세요.', language: 'ko', shared: false, mine: true, version: 1 },
    { id: '3', shortcut: '신분증', body: '신분증을 준비해 주세요. 번호는 {number}번입니다.', language: 'ko', shared: false, mine: true, version: 1 },
  ],
  next: null,
};

export const TODAY = {
  day: '2026-11-21',
  talks: 14,
  talk_s_mean: 412.4,
  wrap_up_s_mean: 48,
  rating_mean: 4.6,
  offers: 17,
  declined: 2,
  missed: 1,
};

export const COLLEAGUES = {
  items: [
    { id: 'lee', name: '이상담', intent: 'OPEN', reason: null, activity: 'IDLE', connected: true, free: 2, lines: ['GENERAL', 'FINANCE'] },
    { id: 'park', name: '박상담', intent: 'OPEN', reason: null, activity: 'TALKING', connected: true, free: 0, lines: ['GENERAL'] },
    { id: 'choi', name: '최상담', intent: 'PAUSED', reason: 'MEAL', activity: 'IDLE', connected: true, free: 3, lines: ['WELFARE'] },
    { id: 'jung', name: '정상담', intent: 'PAUSED', reason: null, activity: 'IDLE', connected: false, free: 3, lines: ['WELFARE'] },
  ],
};
