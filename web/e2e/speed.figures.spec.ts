import type { CDPSession, Page } from '@playwright/test';

import { expect, test } from './fixture';
import { BusyOffice, roomOf } from './live-office';
import { Stand } from './contract';

/** A phone or an old tablet against the machine this runs on. */
const SLOWER = 4;
const LOADS = 15;
const KEYSTROKES = 120;

async function slowed(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  return session;
}

const at = (sorted: readonly number[], share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `${at(sorted, 0.5).toFixed(0)} | ${at(sorted, 0.95).toFixed(0)} | ${sorted.at(-1)!.toFixed(0)}`;
}

/** Milliseconds from a keystroke until the frame that shows its outcome is painted. */
function keystrokes(page: Page, testid: string, texts: readonly string[]): Promise<number[]> {
  return page.evaluate(
    async ({ testid, texts, times }) => {
      const field = document.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[data-testid="${testid}"]`)!;
      const setValue = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field) as object, 'value')!.set!;
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
        setValue.call(field, texts[index % texts.length]);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await painted();
        taken.push(performance.now() - begun);
      }
      return taken;
    },
    { testid, texts: [...texts], times: KEYSTROKES },
  );
}

test('how long a desk takes until it answers', async ({ centre, browser }) => {
  const url = `${centre.server.url}/desk?lang=ko`;
  const loads: Array<{ button: number; lcp: number; cls: number; bytes: number }> = [];
  for (let load = 0; load < LOADS; load += 1) {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    const session = await slowed(page);
    let bytes = 0;
    await session.send('Network.enable');
    session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.addInitScript(() => {
      const seen = { button: 0, lcp: 0, cls: 0 };
      Object.assign(window, { seen });
      new PerformanceObserver((list) => (seen.lcp = list.getEntries().at(-1)!.startTime)).observe({ type: 'largest-contentful-paint', buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.cls += (entry as unknown as { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
      const watch = new MutationObserver(() => {
        const button = document.querySelector<HTMLButtonElement>('[data-testid^="line-"]:enabled');
        if (!button || seen.button > 0) return;
        watch.disconnect();
        // The first button there is, is pressed at once; that it has answered is on the screen.
        button.click();
        const answered = () => {
          if (!document.querySelector('[data-testid="privacy"]')) return requestAnimationFrame(answered);
          seen.button = performance.now();
        };
        answered();
      });
      watch.observe(document, { subtree: true, childList: true, attributes: true });
    });
    await page.goto(url);
    await page.waitForFunction(() => (window as unknown as { seen: { button: number } }).seen.button > 0);
    const seen = await page.evaluate(() => (window as unknown as { seen: { button: number; lcp: number; cls: number } }).seen);
    loads.push({ ...seen, bytes });
    await context.close();
  }
  console.log('| desk, CPU slowed 4x | p50 | p95 | worst |\n|---|---|---|---|');
  console.log(`| navigation to a button that answered, ms | ${spread(loads.map(({ button }) => button))} |`);
  console.log(`| largest contentful paint, ms | ${spread(loads.map(({ lcp }) => lcp))} |`);
  console.log(`| layout shift, thousandths | ${spread(loads.map(({ cls }) => cls * 1000))} |`);
  console.log(`| bytes over the wire, kB | ${spread(loads.map(({ bytes }) => bytes / 1024))} |`);
  for (const { cls } of loads) expect(cls).toBeLessThan(0.02);
});

test('how long the admin page takes for a keystroke with 200 rooms', async ({ centre }) => {
  const office = await BusyOffice.open(centre.server.url);
  try {
    office.fill({ rooms: 200, tickets: 60, counsellors: 60 });
    const admin = await centre.admin('ko', { viewport: { width: 1440, height: 900 } });
    await admin.follow(`${office.origin}/admin`);
    await admin.enters(centre.server.demo.admin);
    await expect(admin.by('count-rooms')).toHaveAttribute('data-count', '200');
    const session = await slowed(admin.page);
    let talking = true;
    const traffic = (async () => {
      for (let index = 0; talking; index = (index + 1) % 200) {
        await office.put('room', `r${index}`, { ...roomOf(index, 60), last_seq: Date.now() % 1000 });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const taken = await keystrokes(admin.page, 'live-text', ['a', 'a-', 'a-0', 'a-01', 'a-0', '']);
    talking = false;
    await traffic;
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    const full = await keystrokes(admin.page, 'live-text', ['a', 'a-', 'a-0', 'a-01', 'a-0', '']);
    console.log('| admin, 200 rooms, keystroke to paint, ms | p50 | p95 | worst |\n|---|---|---|---|');
    console.log(`| CPU slowed 4x, 20 changes a second | ${spread(taken)} |`);
    console.log(`| CPU as it is, quiet | ${spread(full)} |`);
  } finally {
    await office.close();
  }
});

test.describe('a full house', () => {
  const names = ['sockets-per-address', 'messages-per-10s', 'requests-per-10s', 'asks-per-min', 'waiting-per-address'];
  const limits = names.flatMap((name) => [`--${name}-max`, '100000']);
  test.use({ serve: { demo: true, flags: limits } });

  test('how ten thousand rooms with people in them scroll', async ({ centre }) => {
    const admin = await centre.admin('ko', { viewport: { width: 1440, height: 900 } });
    await admin.logIn(centre.server.demo.admin);
    const desks = ['--desks-per-s', '200', '--duration-s', '55', '--talk-s', '75', '--messages', '2'];
    const through = centre.server.load(['--counsellors', '2200', '--capacity', '5', ...desks]);
    await admin.page.waitForFunction(() => Number(document.querySelector('[data-testid="count-rooms"]')?.getAttribute('data-count')) >= 10_000);
    const drawn = await admin.page.evaluate(async () => {
      const grid = document.querySelector<HTMLElement>('[data-testid="pane-rooms"] [role="grid"]')!;
      const frames: number[] = [];
      let [last, blank] = [performance.now(), 0];
      for (let frame = 0; frame < 240; frame += 1) {
        grid.scrollTop += 400;
        const now = await new Promise<number>(requestAnimationFrame);
        frames.push(now - last);
        last = now;
        const box = grid.getBoundingClientRect();
        if (!document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest('[role="row"]')) blank += 1;
      }
      const rooms = Number(document.querySelector('[data-testid="count-rooms"]')!.getAttribute('data-count'));
      return { frames, blank, rooms };
    });
    const taken = await keystrokes(admin.page, 'live-text', ['a', 'a-', 'a-0', 'a-01', 'a-0', '']);
    console.log(`| admin, ${drawn.rooms} rooms of real people, ms | p50 | p95 | worst |\n|---|---|---|---|`);
    console.log(`| a frame while it scrolls (${drawn.blank} of ${drawn.frames.length} frames without rows in the middle) | ${spread(drawn.frames)} |`);
    console.log(`| keystroke to paint | ${spread(taken)} |`);
    expect(await through).toBe(true);
  });
});

test('how long the counsellor’s screen takes for a keystroke with six rooms', async ({ centre }) => {
  const counsellor = await centre.counsellor('ko', { viewport: { width: 1440, height: 900 } });
  const stand = await Stand.between(counsellor.page, ['say', 'seen', 'typing', 'replay']);
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.open();
  for (let room = 1; room <= 6; room += 1) {
    const id = (kind: number) => `0190aaaa-0000-7000-8000-0000000${kind}000${room}`;
    const members = [
      { member: id(1), role: 'COUNSELLOR', name: '김상담', state: 'JOINED' },
      { member: id(2), role: 'DESK', name: `방문자 ${room}`, state: 'JOINED' },
    ];
    stand.says({ type: 'matched', room: id(3), consultation: id(4), ticket: id(4), you: id(1), members, last_seq: 0 });
    for (let seq = 1; seq <= 40; seq += 1) {
      const said = { seq, id: `0190aaaa-0000-7000-8000-00000${room}00${String(seq).padStart(4, '0')}`, client_id: `${room}-${seq}`, from: id(2), kind: 'TEXT' };
      stand.says({ type: 'message', room: id(3), ...said, body: `여권 재발급을 문의합니다. ${seq}`, at: new Date().toISOString() });
    }
  }
  await expect(counsellor.by('room-tab')).toHaveCount(6);
  await counsellor.by('room-tab').first().click();
  await expect(counsellor.by('message')).toHaveCount(40);
  const session = await slowed(counsellor.page);
  const words = '확인하는 동안 잠시만 기다려 주세요.';
  const texts = [...words].map((_, index) => words.slice(0, index + 1));
  const taken = await keystrokes(counsellor.page, 'say-input', texts);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  const full = await keystrokes(counsellor.page, 'say-input', texts);
  console.log('| counsellor, six rooms, keystroke to paint, ms | p50 | p95 | worst |\n|---|---|---|---|');
  console.log(`| CPU slowed 4x | ${spread(taken)} |\n| CPU as it is | ${spread(full)} |`);
});
