import type { Page } from '@playwright/test';

import { expect, test } from './fixture';

// What a browser may refuse, or throw at, and every page goes on.
const DENIED: Record<string, () => void> = {
  'localStorage throws': () => Object.defineProperty(window, 'localStorage', { get: refuse }),
  'sessionStorage throws': () => Object.defineProperty(window, 'sessionStorage', { get: refuse }),
  'storage is full': () => (Storage.prototype.setItem = refuse),
  'cookies throw': () => {
    Object.defineProperty(document, 'cookie', { get: refuse, set: refuse });
    Object.defineProperty(navigator, 'cookieEnabled', { value: false });
  },
  'no channels and no databases': () => {
    Object.assign(window, { BroadcastChannel: refuse });
    Object.defineProperty(window, 'indexedDB', { get: refuse });
  },
  'notices throw': () => Object.defineProperty(window, 'Notification', { get: refuse }),
  'sound throws': () => {
    window.AudioContext = refuse as unknown as typeof AudioContext;
    HTMLMediaElement.prototype.play = refuse;
  },
};

declare function refuse(): never;

/** Puts all of it, or some, in place before a page runs. */
async function deny(page: Page, denials: readonly (() => void)[]): Promise<void> {
  await page.addInitScript("window.refuse = () => { throw new DOMException('denied', 'SecurityError'); }");
  for (const denial of denials) await page.addInitScript(denial);
}

const PATHS = ['/desk', '/desk?kiosk', '/display?chime', '/room', '/counsellor', '/admin', '/setup', '/signup', '/verify', '/reset', '/account'];

test.beforeEach(() => test.slow());

for (const [what, denial] of Object.entries(DENIED)) {
  test(`every page opens where ${what}`, async ({ centre }) => {
    const { page, wire } = await centre.visitor('ko');
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(`${page.url()}: ${error.message}`));
    await deny(page, [denial]);
    for (const path of PATHS) {
      await page.goto(wire.origin + path);
      await expect(page.locator('#page h1').first(), path).toBeAttached();
      await page.locator('body').click({ position: { x: 1, y: 1 } });
    }
    expect(faults).toEqual([]);
  });
}

test('with everything denied a talk goes its way, and both sides know what a reload would cost', async ({ centre }) => {
  const [visitor, counsellor] = [await centre.visitor('ko'), await centre.counsellor('ko')];
  const faults: string[] = [];
  for (const { page } of [visitor, counsellor]) {
    page.on('pageerror', (error) => faults.push(error.message));
    await deny(page, Object.values(DENIED));
  }
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.open();
  await expect(counsellor.by('storage-lost')).toBeVisible();
  const number = await visitor.ask({ nickname: '하은' });
  await expect(visitor.by('storage-lost')).toBeVisible();
  await counsellor.accept(number);
  await visitor.talks();
  await visitor.say('안녕하세요');
  await counsellor.say('네');
  await visitor.cut();
  await visitor.restore();
  await visitor.reads('안녕하세요', '네');
  await visitor.end();
  await visitor.by('rate-skip').click();
  await counsellor.wrapUp('끝');
  expect(faults).toEqual([]);
});
