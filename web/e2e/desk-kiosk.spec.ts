import { expect, either, test, type Centre } from './fixture';
import type { Language, Visitor } from './people';

const QUIET_MS = 60_000;
const TALK_QUIET_MS = 300_000;
const WARN_MS = 15_000;

/** At a kiosk whose clock the test moves. */
async function atKiosk(centre: Centre, language: Language): Promise<Visitor> {
  const visitor = await centre.visitor(language);
  await visitor.page.clock.install();
  await visitor.page.goto(`${visitor.wire.origin}/desk?kiosk&lang=${language}`);
  await visitor.isFree();
  // A page that was put in the place of this one does not have it.
  await visitor.page.evaluate(() => Object.assign(window, { used: true }));
  return visitor;
}

async function isRenewed({ page }: Visitor): Promise<void> {
  await page.waitForFunction(() => !('used' in window));
}

/** Nothing of a visitor, anywhere the next one could look. */
async function holdsNothingOf(visitor: Visitor, ...words: string[]): Promise<void> {
  const { page } = visitor;
  const left = await page.evaluate(async () => ({
    text: document.documentElement.innerHTML,
    session: { ...sessionStorage },
    local: Object.keys(localStorage),
    databases: await indexedDB.databases(),
    address: location.search + location.hash,
    state: history.state as unknown,
    cookies: document.cookie,
  }));
  for (const word of words) expect(left.text).not.toContain(word);
  expect(left).toMatchObject({ session: {}, local: [], databases: [], state: null, cookies: '' });
  expect(left.address).toBe(`?kiosk&lang=${visitor.language}`);
}

for (const language of either('ko')) {
  test.describe(language, () => {
    test('a form somebody walked away from is wiped, and Back shows nothing', async ({ centre }) => {
      const visitor = await atKiosk(centre, language);
      const { page } = visitor;
      await visitor.fill({ nickname: 'Ha-eun', note: 'my secret' });
      await page.clock.fastForward(QUIET_MS);
      await expect(visitor.by('still-there')).toBeVisible();
      await visitor.by('still-here').click();
      await expect(visitor.by('still-there')).toHaveCount(0);
      await expect(visitor.by('note')).toHaveValue('my secret');
      await page.clock.fastForward(QUIET_MS);
      await expect(visitor.by('countdown')).toHaveAttribute('data-left', /^1\d$/);
      await page.clock.fastForward(WARN_MS);
      await isRenewed(visitor);
      await visitor.isFree();
      await holdsNothingOf(visitor, 'Ha-eun', 'my secret');
      await page.goBack();
      expect(await page.content()).not.toMatch(/Ha-eun|my secret/);
      await page.goForward();
      await visitor.isFree();
      await holdsNothingOf(visitor, 'Ha-eun', 'my secret');
    });

    test('after the thanks the screen asks who is there, and is fresh for the next', async ({ centre }) => {
      const counsellor = await centre.onDuty(language);
      const visitor = await atKiosk(centre, language);
      await visitor.fill({ nickname: 'Ha-eun' });
      await visitor.by('request').click();
      const number = await visitor.number();
      await counsellor.accept(number);
      await visitor.talks();
      await visitor.say('my secret');
      await counsellor.reads('my secret');
      await counsellor.say('noted');
      await visitor.reads('my secret', 'noted');
      await visitor.end();
      await visitor.by('rate-5').click();
      await visitor.by('rate-send').click();
      await expect(visitor.by('thanks')).toBeVisible();
      await visitor.page.clock.fastForward(5_000);
      await expect(visitor.by('still-there')).toBeVisible();
      await visitor.page.clock.fastForward(WARN_MS);
      await isRenewed(visitor);
      await visitor.isFree();
      await holdsNothingOf(visitor, 'my secret', 'noted', 'Ha-eun', number);
    });

    test('a talk nobody touches is ended, and says so', async ({ centre }) => {
      const counsellor = await centre.onDuty(language);
      const visitor = await atKiosk(centre, language);
      await visitor.fill();
      await visitor.by('request').click();
      await counsellor.accept(await visitor.number());
      await visitor.talks();
      await visitor.page.clock.fastForward(QUIET_MS + WARN_MS);
      await expect(visitor.by('still-there')).toHaveCount(0);
      await visitor.page.clock.fastForward(TALK_QUIET_MS);
      await expect(visitor.by('still-there')).toBeVisible();
      await visitor.page.clock.fastForward(WARN_MS);
      await expect(visitor.by('ended')).toHaveAttribute('data-reason', 'IDLE');
      await expect(counsellor.by('ended')).toBeVisible();
    });

    test('whoever waits is left to wait', async ({ centre }) => {
      const visitor = await atKiosk(centre, language);
      await visitor.fill();
      await visitor.by('request').click();
      const number = await visitor.number();
      await visitor.page.clock.fastForward(TALK_QUIET_MS);
      await expect(visitor.by('still-there')).toHaveCount(0);
      await expect(visitor.by('number')).toHaveText(number);
    });

    test('a visit that ends on a cut network leaves a start page, and a fresh one when it is back', async ({ centre }) => {
      const visitor = await atKiosk(centre, language);
      await visitor.fill({ nickname: 'Ha-eun' });
      await visitor.by('request').click();
      const number = await visitor.number();
      await visitor.cut();
      await visitor.by('cancel').click();
      await visitor.by('cancel-confirm').click();
      await visitor.isFree();
      await holdsNothingOf(visitor, 'Ha-eun', number);
      visitor.wire.restore();
      await isRenewed(visitor);
      await visitor.isFree();
    });
  });
}

test('the next visitor finds the language and the colours of the kiosk, not of the one before', async ({ centre }) => {
  const visitor = await atKiosk(centre, 'ko');
  await visitor.by('lang-en').click();
  await visitor.by('theme').selectOption('contrast');
  await expect(visitor.page.locator('html')).toHaveAttribute('data-theme', 'contrast');
  await expect(visitor.page.locator('html')).toHaveAttribute('lang', 'en');
  await visitor.page.clock.fastForward(QUIET_MS);
  await isRenewed(visitor);
  await visitor.isFree();
  await expect(visitor.page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(visitor.page.locator('html')).not.toHaveAttribute('data-theme');
});

test('a registered desk is a shared one', async ({ centre }) => {
  const { demo } = centre.server;
  const visitor = await centre.visitor('ko');
  await visitor.page.clock.install();
  await visitor.page.goto(`${visitor.wire.origin}/desk#desk=${demo.desk.id}&key=${demo.desk.key}`);
  await visitor.fill({ nickname: 'Ha-eun' });
  await visitor.page.clock.fastForward(QUIET_MS);
  await expect(visitor.by('still-there')).toBeVisible();
  await visitor.page.evaluate(() => Object.assign(window, { used: true }));
  await visitor.by('leave-now').click();
  await isRenewed(visitor);
  await visitor.isFree();
  await expect(async () => {
    expect(await visitor.page.evaluate(() => Object.keys(localStorage))).toEqual(['anteroom.desk']);
  }).toPass();
});
