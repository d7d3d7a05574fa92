import type { Page } from '@playwright/test';

import { test as base, expect, LANGUAGES } from './fixture';
import { BusyOffice, roomOf } from './live-office';
import type { Admin } from './people';
import type { LogIn } from './server';

const test = base.extend<{ office: BusyOffice }>({
  office: async ({ centre }, use) => {
    const office = await BusyOffice.open(centre.server.url);
    await use(office);
    await office.close();
  },
});

/** Rows that fit any screen, with those drawn ahead. */
const DRAWN_MAX = 80;
/** Ten times what a keystroke should take: builders share their machines. */
const KEYSTROKE_MS_MAX = 500;
const KEYSTROKES = 25;

async function watch(admin: Admin, office: BusyOffice, who: LogIn): Promise<void> {
  await admin.follow(`${office.origin}/admin`);
  await admin.enters(who);
  await admin.connected();
}

/** Milliseconds from a keystroke in the filter until the frame that shows its outcome is painted, the middle of many. */
async function keystrokeMs(page: Page): Promise<{ median: number; worst: number }> {
  return page.evaluate(async (times) => {
    const field = document.querySelector<HTMLInputElement>('[data-testid="live-text"]')!;
    const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
    // A message sent within a frame is handled after that frame was painted.
    const painted = () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve();
          port2.postMessage(null);
        }),
      );
    const taken: number[] = [];
    for (let index = 0; index < times; index += 1) {
      await painted();
      const begun = performance.now();
      setValue.call(field, `a-0${index % 10}`.slice(0, 1 + (index % 4)));
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await painted();
      taken.push(performance.now() - begun);
    }
    taken.sort((a, b) => a - b);
    return { median: taken[Math.floor(times / 2)]!, worst: taken.at(-1)! };
  }, KEYSTROKES);
}

/** Everything the maps of the page hold together: its state is made of maps. */
async function keptInMaps(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { result } = await session.send('Runtime.evaluate', { expression: 'Map.prototype' });
  const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: result.objectId! });
  const summed = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId!,
    functionDeclaration: 'function () { let kept = 0; for (const map of this) kept += map.size; return kept; }',
    returnByValue: true,
  });
  await session.detach();
  return summed.result.value as number;
}

test('of ten thousand rooms only those on screen are drawn, and every one can be reached', async ({ centre, office }) => {
  office.fill({ rooms: 10_000, tickets: 500, counsellors: 400 });
  const admin = await centre.admin('ko');
  await watch(admin, office, centre.server.demo.admin);
  await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '10000');
  const rows = admin.by('room-row');
  const grid = admin.by('pane-rooms').getByRole('grid');
  await expect(grid).toHaveAttribute('aria-rowcount', '10001');
  expect(await rows.count()).toBeLessThan(DRAWN_MAX);

  await rows.first().focus();
  await admin.page.keyboard.press('ArrowDown');
  await expect(admin.page.locator(':focus')).toHaveAttribute('aria-rowindex', '3');
  await admin.page.keyboard.press('End');
  await expect(admin.page.locator(':focus')).toHaveAttribute('aria-rowindex', '10001');
  await expect(admin.page.locator(':focus')).toBeInViewport();
  expect(await rows.count()).toBeLessThan(DRAWN_MAX);

  // The row that has the focus stays, wherever one scrolls.
  await grid.evaluate((box) => (box.scrollTop = box.scrollHeight / 2));
  await expect(async () => {
    const index = Number(await rows.first().getAttribute('aria-rowindex'));
    expect(index).toBeGreaterThan(4_000);
  }).toPass();
  await expect(admin.page.locator(':focus')).toHaveAttribute('aria-rowindex', '10001');
  expect(await rows.count()).toBeLessThan(DRAWN_MAX);
});

test('a keystroke in the filter is painted at once', async ({ centre, office }, info) => {
  office.fill({ rooms: 200, tickets: 60, counsellors: 60 });
  const admin = await centre.admin('ko');
  await watch(admin, office, centre.server.demo.admin);
  await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '200');
  const few = await keystrokeMs(admin.page);
  for (let index = 200; index < 10_000; index += 1) await office.put('room', `r${index}`, roomOf(index, 60));
  await admin.by('live-clear').click();
  await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '10000');
  const many = await keystrokeMs(admin.page);
  for (const [rooms, { median, worst }] of [
    [200, few],
    [10_000, many],
  ] as const) {
    const description = `${rooms} rooms: median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms of ${KEYSTROKES}`;
    info.annotations.push({ type: 'keystroke to paint', description });
    console.log(`keystroke to paint, ${description}`);
    expect(median).toBeLessThan(KEYSTROKE_MS_MAX);
  }
});

test('a change of one room draws that row anew and no other', async ({ centre, office }) => {
  office.fill({ rooms: 200, counsellors: 20 });
  const admin = await centre.admin('ko');
  await watch(admin, office, centre.server.demo.admin);
  await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '200');
  await admin.page.evaluate(() => {
    const touched = new Set<string>();
    Object.assign(window, { touched });
    const seen = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        // Running times tick by themselves.
        if (element?.closest('time')) continue;
        touched.add(element?.closest('[role="row"]')?.getAttribute('data-id') ?? 'outside');
      }
    });
    seen.observe(document.querySelector('[data-testid="pane-rooms"]')!, { subtree: true, childList: true, characterData: true });
  });
  const first = (await admin.by('room-row').first().getAttribute('data-id'))!;
  await office.put('room', first, { ...office.rooms.get(first)!, last_seq: 777 });
  await expect(admin.by('room-row').first()).toContainText('777');
  expect(await admin.page.evaluate(() => [...(window as unknown as { touched: Set<string> }).touched])).toEqual([first]);
});

test('after a hundred thousand changes the page keeps no more than before', async ({ centre, office }, info) => {
  test.slow();
  const [rooms, changes] = [2_000, 100_000];
  office.fill({ rooms, counsellors: 100 });
  const admin = await centre.admin('ko');
  await watch(admin, office, centre.server.demo.admin);
  await expect(admin.by('count-rooms')).toHaveAttribute('data-count', String(rooms));
  const before = await keptInMaps(admin.page);
  // Each comes as another goes; half of the changes are of either kind.
  for (let index = 0; index < changes / 2; index += 1) {
    await office.put('room', `r${rooms + index}`, roomOf(rooms + index, 100));
    await office.drop('room', `r${index}`);
  }
  await office.put('room', 'last', { ...roomOf(0, 100), room: 'last', number: 'Z-1', opened_at: new Date(0).toISOString() });
  await expect(admin.by('room-row').first()).toContainText('Z-1', { timeout: 60_000 });
  await expect(admin.by('count-rooms')).toHaveAttribute('data-count', String(rooms + 1));
  // Who left is remembered for a few seconds, to tell a transfer from a match.
  await expect(async () => {
    const after = await keptInMaps(admin.page);
    info.annotations.push({ type: 'kept in maps', description: `${before} before, ${after} after ${changes} changes` });
    expect(after).toBeLessThan(before + rooms);
  }).toPass({ timeout: 60_000 });
  console.log(info.annotations.at(-1)?.description);
});

for (const language of LANGUAGES) {
  test(`what is typed narrows the three lists, and the keyboard alone is enough (${language})`, async ({ centre, office }) => {
    office.fill({ rooms: 30, tickets: 30, counsellors: 10 });
    const admin = await centre.admin(language);
    await watch(admin, office, centre.server.demo.admin);
    await admin.by('live-text').fill('b-0007');
    await expect(admin.by('count-tickets')).toHaveAttribute('data-count', '1');
    await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '0');
    await expect(admin.by('none-rooms')).toBeVisible();
    await admin.page.keyboard.press('Escape');
    await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '30');
    await admin.by('live-counsellor').selectOption('c3');
    await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '3');
    await admin.by('live-clear').click();

    await admin.by('room-row').first().focus();
    await admin.page.keyboard.press('Enter');
    await expect(admin.by('move-room-sheet')).toBeVisible();
    await admin.page.keyboard.press('Escape');
    await expect(admin.by('move-room-sheet')).toHaveCount(0);
    const plot = admin.by('trend-waiting').getByRole('slider');
    await plot.focus();
    await admin.page.keyboard.press('ArrowLeft');
    await expect(admin.by('trend-waiting-said')).toHaveText(/30/);
    await admin.by('trend-table').click();
    await expect(admin.by('trend-row').first()).toContainText('30');
  });
}

test('on a phone, and with letters twice as large, nothing is wider than the screen', async ({ centre, office }) => {
  office.fill({ rooms: 300, tickets: 40, counsellors: 30 });
  const admin = await centre.admin('ko', { viewport: { width: 390, height: 844 } });
  await watch(admin, office, centre.server.demo.admin);
  const over = () => admin.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  for (const pane of ['tickets', 'rooms', 'counsellors']) {
    await admin.by(`tab-${pane}`).click();
    await expect(admin.by(`${pane.slice(0, -1)}-row`).first()).toBeVisible();
    expect(await over()).toBeLessThanOrEqual(0);
  }
  await admin.by('tab-rooms').click();
  const [row, button] = await Promise.all([admin.by('room-row').first().boundingBox(), admin.by('end-room').first().boundingBox()]);
  expect(button!.y + button!.height).toBeLessThanOrEqual(row!.y + row!.height);
  await admin.page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
  await expect(admin.by('room-row').nth(1)).toBeVisible();
  expect(await over()).toBeLessThanOrEqual(0);
  const [upper, lower] = await Promise.all([0, 1].map((index) => admin.by('room-row').nth(index).boundingBox()));
  expect(lower!.y).toBeGreaterThanOrEqual(upper!.y + upper!.height - 1);
});
