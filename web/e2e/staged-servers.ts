import type { Page } from '@playwright/test';

import type { Node } from '../src/lib/api.gen';
import { expect } from './fixture';

/** A server as it stands among others on a quiet day. */
export const server = (name: string, more: Partial<Node> = {}): Node => ({
  node: `0190b1c0-0000-7000-8000-${name.padStart(12, '0')}`,
  name,
  version: '0.1.0',
  state: 'UP',
  engine: 'REDIS',
  sockets: 128,
  rooms: 31,
  matchmaker: false,
  me: false,
  ...more,
});

/** Servers that stand as the test says; everything else is the real server's. Put in place before they are looked at. */
export class StagedServers {
  private looks = 0;

  private constructor(
    private readonly page: Page,
    private nodes: readonly Node[] | null,
  ) {}

  static async on(page: Page, nodes: readonly Node[] | null): Promise<StagedServers> {
    const staged = new StagedServers(page, nodes);
    await page.route('**/api/v1/nodes', (route) => {
      staged.looks += 1;
      if (staged.nodes) return route.fulfill({ json: { items: staged.nodes, next: null } });
      const json = { status: 503, code: 'DATABASE_UNAVAILABLE' };
      return route.fulfill({ status: 503, headers: { 'retry-after': '5' }, contentType: 'application/problem+json', json });
    });
    return staged;
  }

  /** They stand so from now on, or nobody answers; and the page has looked as often as it takes to believe it. */
  async are(nodes: readonly Node[] | null): Promise<void> {
    this.nodes = nodes;
    for (let look = 0; look < 2; look += 1) {
      const before = this.looks;
      await this.page.evaluate(() => dispatchEvent(new Event('focus')));
      await expect.poll(() => this.looks).toBeGreaterThan(before);
    }
  }
}
