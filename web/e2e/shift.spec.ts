import type { Page } from '@playwright/test';

import { expect, test, type Centre } from './fixture';
import { BusyOffice, counsellorOf, roomOf, ticketOf } from './live-office';
import type { Counsellor } from './people';

/** What search engines call good is 0.1; nobody here should feel that anything moved. */
const SHIFT_MAX = 0.02;

interface Shift {
  value: number;
  at: number;
  /** What moved, and from where to where. */
  moved: string[];
}

declare global {
  interface Window {
    shifts: Shift[];
  }
}

/** Notes what moves by itself on every page opened from here on. */
async function notesShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Array<PerformanceEntry & { value: number; hadRecentInput: boolean; sources: Array<{ node: Node | null; previousRect: DOMRect; currentRect: DOMRect }> }>) {
        if (entry.hadRecentInput) continue;
        const moved = entry.sources.map(({ node, previousRect: a, currentRect: b }) => {
          const element = node instanceof Element ? node : node?.parentElement;
          return `${element?.tagName}.${element?.className} [${element?.getAttribute('data-testid') ?? ''}] ${a.x},${a.y} ${a.width}x${a.height} -> ${b.x},${b.y} ${b.width}x${b.height}`;
        });
        window.shifts.push({ value: entry.value, at: entry.startTime, moved });
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

/** The worst five seconds, of shifts at most a second apart: the score as browsers reckon it. */
function scoreOf(shifts: readonly Shift[]): number {
  let [worst, sum, begun, last] = [0, 0, -Infinity, -Infinity];
  for (const { value, at } of shifts) {
    if (at - last > 1_000 || at - begun > 5_000) [sum, begun] = [0, at];
    [sum, last] = [sum + value, at];
    worst = Math.max(worst, sum);
  }
  return worst;
}

/** Once two frames were painted, nothing has moved to speak of. */
async function standsStill(page: Page, what: string): Promise<void> {
  const shifts = await page.evaluate(
    () => new Promise<Shift[]>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(window.shifts))))),
  );
  const score = scoreOf(shifts);
  test.info().annotations.push({ type: 'layout shift', description: `${what}: ${score.toFixed(4)}` });
  expect(score, `${what}\n${JSON.stringify(shifts, null, 1)}`).toBeLessThan(SHIFT_MAX);
}

/** Somebody asks and gives up: what rings for them comes and goes, and moves nothing. */
async function comesAndGoes(centre: Centre, counsellor: Counsellor, what: string): Promise<void> {
  const visitor = await centre.visitor('ko');
  const number = await visitor.ask({ nickname: '민준' });
  await expect(counsellor.offer(number)).toBeVisible();
  await standsStill(counsellor.page, what);
  await visitor.by('cancel').click();
  await visitor.by('cancel-confirm').click();
  await expect(counsellor.offer(number)).toHaveCount(0);
  await standsStill(counsellor.page, `${what} goes`);
}

const SCREENS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

for (const viewport of SCREENS) {
  test(`nothing moves by itself on the counsellor's screen (${viewport.width})`, async ({ centre }) => {
    test.slow();
    const counsellor = await centre.counsellor('ko', { viewport });
    const { page } = counsellor;
    await notesShifts(page);
    await counsellor.logIn(centre.server.demo.counsellor1);
    await counsellor.open();
    await page.reload();
    await counsellor.connected();
    await standsStill(page, 'the page opens');

    const first = await centre.visitor('ko');
    const one = await first.ask({ nickname: '하은', note: '여권을 다시 내려고 합니다.' });
    await expect(counsellor.offer(one)).toBeVisible();
    await standsStill(page, 'a ring');
    await comesAndGoes(centre, counsellor, 'a second ring');

    await page.keyboard.press('a');
    await first.talks();
    await first.say('안녕하세요', '여권을 다시 내려면 무엇이 필요한가요?');
    await expect(counsellor.by('message')).toHaveCount(2);
    await first.by('say-input').pressSequentially('아직 쓰는 중');
    await expect(counsellor.by('presence')).toHaveText(/\S/);
    await standsStill(page, 'messages, and somebody who writes');

    await comesAndGoes(centre, counsellor, 'a ring beside a talk');
    first.wire.cut();
    await expect(counsellor.by('presence')).toHaveClass(/trouble/);
    first.wire.restore();
    await first.connected();
    await first.end();
    await expect(counsellor.by('ended')).toBeVisible();
    await standsStill(page, 'the other ends the talk');
  });

  test(`nothing moves by itself on the live page (${viewport.width})`, async ({ centre }) => {
    const office = await BusyOffice.open(centre.server.url);
    office.fill({ rooms: 30, tickets: 12, counsellors: 10 });
    const admin = await centre.admin('ko', { viewport });
    const { page } = admin;
    await notesShifts(page);
    await admin.follow(`${office.origin}/admin`);
    await admin.enters(centre.server.demo.admin);
    await admin.connected();
    await page.reload();
    await admin.connected();
    await expect(admin.page.locator('[data-testid$="-row"]').first()).toBeVisible();
    await standsStill(page, 'the page opens');
    for (let index = 0; index < 20; index += 1) {
      await office.put('room', `r${100 + index}`, roomOf(100 + index, 10));
      await office.put('ticket', `t${100 + index}`, ticketOf(100 + index));
      await office.put('counsellor', `c${100 + index}`, counsellorOf(100 + index));
      await office.put('room', `r${index}`, { ...roomOf(index, 10), last_seq: 900 + index });
    }
    await expect(admin.by('count-rooms').or(admin.by('tab-rooms')).first()).toContainText('50');
    await standsStill(page, 'rooms, tickets and people come');
    for (let index = 0; index < 12; index += 1) {
      await office.drop('ticket', `t${index}`);
      await office.drop('room', `r${index}`);
      await office.drop('counsellor', `c${index}`);
    }
    await expect(admin.by('count-rooms').or(admin.by('tab-rooms')).first()).toContainText('38');
    await standsStill(page, 'they go');
    await office.close();
  });
}

test('nothing moves by itself beside a room that is watched', async ({ centre }) => {
  test.slow();
  const { demo } = centre.server;
  const { counsellor, visitor } = await centre.talk('ko', { nickname: '하은' });
  const manager = await centre.admin('ko', { viewport: SCREENS[0]! });
  const { page } = manager;
  await notesShifts(page);
  await manager.logIn(demo.admin);
  await manager.by('watch-room').click();
  await expect(manager.by('whisper-input')).toBeVisible();
  await page.reload();
  await expect(manager.by('whisper-input')).toBeVisible();
  await standsStill(page, 'the room opens');
  await visitor.say('안녕하세요');
  await counsellor.say('무엇을 도와드릴까요?');
  await expect(manager.by('message')).toHaveCount(2);
  await visitor.by('say-input').pressSequentially('쓰는 중');
  await expect(manager.by('presence')).toHaveText(/\S/);
  await standsStill(page, 'messages come');
  await visitor.end();
  await expect(manager.by('watch-ended')).toBeVisible();
  await standsStill(page, 'the talk ends');
});
