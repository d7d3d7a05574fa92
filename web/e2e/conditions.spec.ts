import { Api } from './api';
import { expect, test, type Centre } from './fixture';
import { secondWindow, type Counsellor, type Person, type Visitor } from './people';

/*
 * What goes wrong around a page, and the test that shows that it does no harm. Blank: in this file.
 *
 *                        | desk                   | counsellor                    | admin
 * slow network           |                        |                               |
 * cut while sending      | words                  | counsellor (words in two …)   |
 * a tab behind others    |                        | counsellor (a ring in a tab …)| (its figures ring nobody)
 * two tabs               | rules R12              | rules R12, counsellor         |
 * clock moved by hours   |                        |                               |
 * back and forward       | desk-kiosk             |                               |
 * reload                 | rules R2, desk-visit   | counsellor (drafts and notes) |
 */

const HOUR_MS = 3_600_000;

test.beforeEach(() => test.slow());

async function slowNetwork({ page }: Person): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  const bytes_per_s = 50_000;
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: bytes_per_s, uploadThroughput: bytes_per_s });
}

/** The computer's clock is wrong by so much from the beginning; `sets` moves it while the page is open. */
async function wrongClock({ page }: Person, ms: number): Promise<(ms: number) => Promise<void>> {
  await page.addInitScript((first) => {
    const Real = Date;
    let wrong = first;
    const begun = performance.timeOrigin + first;
    Object.defineProperty(performance, 'timeOrigin', { get: () => begun });
    Object.assign(window, {
      setClock: (ms: number) => (wrong = ms),
      Date: new Proxy(Real, {
        construct: (date, given: unknown[]) => Reflect.construct(date, given.length > 0 ? given : [Real.now() + wrong]) as Date,
        get: (date, name) => (name === 'now' ? () => Real.now() + wrong : (Reflect.get(date, name) as unknown)),
      }),
    });
  }, ms);
  return async (next) => void (await page.evaluate((value) => (window as unknown as { setClock(ms: number): void }).setClock(value), next));
}

/** `1:02:09` or `3:07` in seconds. */
const seconds = (text: string | null) => (text ?? '').match(/\d+/g)!.map(Number).reduce((sum, part) => sum * 60 + part, 0);

async function onDuty(centre: Centre): Promise<Counsellor> {
  const counsellor = await centre.onDuty('ko');
  return counsellor;
}

async function talks(centre: Centre, counsellor: Counsellor): Promise<[Visitor, string]> {
  const visitor = await centre.visitor('ko');
  const number = await visitor.ask({ nickname: '하은' });
  await counsellor.accept(number);
  await visitor.talks();
  return [visitor, number];
}

test('over a slow network a visit goes its way, seen by a manager', async ({ centre }) => {
  const { demo } = centre.server;
  await (await Api.as(centre.server, demo.admin)).setLine('GENERAL', { accept_s: 300 });
  const [visitor, counsellor, admin] = [await centre.visitor('ko'), await centre.counsellor('ko'), await centre.admin('ko')];
  await counsellor.logIn(demo.counsellor1);
  await counsellor.open();
  await admin.logIn(demo.admin);
  await visitor.arrive();
  for (const person of [visitor, counsellor, admin]) {
    await slowNetwork(person);
    await person.page.reload();
  }
  for (const person of [counsellor, admin]) {
    await expect(person.by('connection')).toHaveAttribute('data-connection', 'OPEN', { timeout: 60_000 });
  }
  await visitor.isFree();
  await visitor.fill({ nickname: '하은' });
  await visitor.by('request').click();
  const number = await visitor.number();
  await expect(admin.by('ticket-row').filter({ hasText: number })).toBeVisible();
  await counsellor.accept(number);
  await visitor.talks();
  await visitor.say('하나', '둘');
  await counsellor.reads('하나', '둘');
  await counsellor.end();
  await counsellor.wrapUp('끝');
  await expect(admin.by('room-row')).toHaveCount(0);
});

test('a clock that is wrong by hours, or set anew, changes no age and no countdown', async ({ centre }) => {
  const { demo } = centre.server;
  await (await Api.as(centre.server, demo.admin)).setLine('GENERAL', { accept_s: 300 });
  const [visitor, counsellor, admin] = [await centre.visitor('ko'), await centre.counsellor('ko'), await centre.admin('ko')];
  const setVisitors = await wrongClock(visitor, -7 * HOUR_MS);
  const setCounsellors = await wrongClock(counsellor, 5 * HOUR_MS);
  const setAdmins = await wrongClock(admin, -5 * HOUR_MS);
  await counsellor.logIn(demo.counsellor1);
  await counsellor.open();
  await admin.logIn(demo.admin);
  const number = await visitor.ask();
  await counsellor.isOffered(number);
  const left = async () => Number(await counsellor.by('countdown').getAttribute('data-left'));
  const isSound = async () => {
    expect(await left()).toBeGreaterThan(100);
    expect(await left()).toBeLessThanOrEqual(300);
    const waited = await admin.by('ticket-row').filter({ hasText: number }).locator('time').first().textContent();
    expect(seconds(waited)).toBeLessThan(200);
  };
  await isSound();
  await setCounsellors(-9 * HOUR_MS);
  await setAdmins(9 * HOUR_MS);
  await setVisitors(9 * HOUR_MS);
  // The next second has been drawn.
  const before = await left();
  await expect.poll(left).toBeLessThan(before);
  await isSound();
  await visitor.standsAt(number, 0);
  await counsellor.accept(number);
  await visitor.talks();
  await visitor.say('몇 시예요?');
  await counsellor.reads('몇 시예요?');
});

test('an admin whose network is cut while a form is sent keeps the words, and makes one of them', async ({ centre }) => {
  const admin = await centre.admin('ko');
  await admin.logIn(centre.server.demo.admin);
  await admin.opens('notices');
  await admin.by('notice-new').click();
  await admin.by('notice-title').fill('휴무 안내');
  await admin.by('notice-body').fill('쉽니다.');
  admin.wire.cut();
  await admin.by('notice-make').click();
  await expect(admin.by('trouble')).toHaveText(/\S/);
  await expect(admin.by('notice-body')).toHaveValue('쉽니다.');
  admin.wire.restore();
  await admin.by('notice-make').click();
  await expect(admin.by('notice-row')).toHaveCount(1);
  await admin.page.reload();
  await expect(admin.by('notice-row')).toHaveCount(1);
});

test('in two tabs an admin sees the same, and a log-out in one is one in the other', async ({ centre }) => {
  const admin = await centre.admin('ko');
  await admin.logIn(centre.server.demo.admin);
  const other = await secondWindow(admin.page.context(), admin);
  await other.page.goto(`${admin.wire.origin}/admin`);
  await other.connected();
  const visitor = await centre.visitor('ko');
  const number = await visitor.ask();
  for (const tab of [admin, other]) await expect(tab.by('ticket-row').filter({ hasText: number })).toBeVisible();
  await other.by('log-out').click();
  await expect(other.by('log-in')).toBeVisible();
  await expect(admin.by('log-in')).toBeVisible();
});

test('back, forward and reload lose no talk and no place', async ({ centre }) => {
  const counsellor = await onDuty(centre);
  const [visitor, number] = await talks(centre, counsellor);
  await counsellor.by('say-input').fill('쓰다 만 말');
  await counsellor.by('to-account').click();
  await expect(counsellor.by('password-form')).toBeVisible();
  await visitor.say('계세요?');
  await counsellor.page.goBack();
  await counsellor.connected();
  await expect(counsellor.by('say-input')).toHaveValue('쓰다 만 말');
  await counsellor.reads('계세요?');
  await counsellor.page.goForward();
  await expect(counsellor.by('password-form')).toBeVisible();
  await counsellor.page.goBack();
  await counsellor.connected();
  await counsellor.page.reload();
  await counsellor.connected();
  await expect(counsellor.by('room-tab')).toContainText(number);
  await counsellor.reads('계세요?');

  const admin = await centre.admin('ko');
  await admin.logIn(centre.server.demo.admin);
  await admin.opens('lines');
  await admin.by('line-open').first().click();
  await expect(admin.by('line-form')).toBeVisible();
  await admin.page.reload();
  await expect(admin.by('line-form')).toBeVisible();
  await admin.page.goBack();
  await expect(admin.by('line-row').first()).toBeVisible();
  await admin.page.goForward();
  await expect(admin.by('line-form')).toBeVisible();
});

test('a visitor whose tab is behind others learns from its title that it is their turn', async ({ centre }) => {
  const counsellor = await onDuty(centre);
  const visitor = await centre.visitor('ko');
  await visitor.page.addInitScript(() => {
    let hidden = false;
    Object.assign(window, { goBehind: (now: boolean) => ((hidden = now), document.dispatchEvent(new Event('visibilitychange'))) });
    Object.defineProperty(document, 'hidden', { get: () => hidden });
    Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
  });
  const goBehind = (now: boolean) => visitor.page.evaluate((behind) => (window as unknown as { goBehind(now: boolean): void }).goBehind(behind), now);
  const number = await visitor.ask();
  const plain = await visitor.page.title();
  await goBehind(true);
  await counsellor.accept(number);
  await expect(visitor.page).not.toHaveTitle(plain);
  await counsellor.say('안녕하세요');
  await expect(visitor.by('message')).toHaveCount(1);
  await goBehind(false);
  await expect(visitor.page).toHaveTitle(plain);
  await visitor.reads('안녕하세요');
});
