import type { Page } from '@playwright/test';

import type { OfficeView } from '../src/lib/api.gen';
import type { Called } from '../src/lib/office-feed';

declare global {
  interface Window {
    /** Says something on every open stream of the office. */
    tell(type: string, data: unknown): void;
    drop(): void;
    listeners(): number;
  }
}

const GENERAL = { topic: 'GENERAL', language: 'ko', name: '일반 상담', name_en: 'General', open: true };
const FINANCE = { ...GENERAL, topic: 'FINANCE', name: '금융 상담', name_en: 'Money' };
const HEALTH = { ...GENERAL, topic: 'HEALTH', name: '건강 상담', name_en: 'Health', open: false };
const LINES = [GENERAL, FINANCE, HEALTH].map((line, index) => ({ ...line, id: `${index + 1}` }));

export const OFFICE: OfficeView = {
  name: '한마음 민원실',
  time_zone: 'Asia/Seoul',
  draining: false,
  lines: [
    { ...GENERAL, waiting: 3, ahead_s: [180, 420], opens_at: null },
    { ...FINANCE, waiting: 0, ahead_s: [0, 45], opens_at: null },
    { ...HEALTH, waiting: 0, ahead_s: null, opens_at: '2026-11-24T00:00:00Z' },
  ],
};

export function call(number: string, ago_ms = 0, line = 'GENERAL'): Called {
  const at = new Date(Date.now() - ago_ms).toISOString();
  return { number, line, line_name: '일반 상담', desk: { name: '1번 창구', place: '1층' }, at };
}

/** An office as busy as the test says. Put in place before the page is opened. */
export class StagedOffice {
  private constructor(private readonly page: Page) {}

  static async on(page: Page, office: OfficeView = OFFICE): Promise<StagedOffice> {
    await page.addInitScript((first) => {
      const open = new Set<Stage>();
      let isLost = false;
      class Stage extends EventTarget {
        readyState = 1;
        onopen: (() => void) | null = null;
        onerror: (() => void) | null = null;

        constructor(readonly url: string) {
          super();
          open.add(this);
          queueMicrotask(() => {
            if (isLost) return;
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
      // A quiet office is heard to be there; one that is lost is not.
      setInterval(() => isLost || open.forEach((each) => each.tell('beat', {})), 5_000);
      window.tell = (type, data) => {
        isLost = false;
        open.forEach((each) => each.tell(type, data));
      };
      window.listeners = () => open.size;
      window.drop = () => {
        isLost = true;
        open.forEach((each) => each.onerror?.());
      };
    }, office);
    await page.route('**/api/v1/lines', (route) => route.fulfill({ json: { items: LINES, next: null } }));
    return new StagedOffice(page);
  }

  async isNow(office: OfficeView): Promise<void> {
    await this.page.evaluate((data) => window.tell('office', data), office);
  }

  async calls(...calls: Called[]): Promise<void> {
    await this.page.waitForFunction(() => window.listeners() > 0);
    for (const called of calls) await this.page.evaluate((data) => window.tell('called', data), called);
  }

  /** The stream drops, and its browser does not get it back. */
  async isLost(): Promise<void> {
    await this.page.evaluate(() => window.drop());
  }
}
