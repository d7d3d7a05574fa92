import { isAccessible } from './axe';
import { expect, LANGUAGES, test } from './fixture';
import { OFFICE, StagedOffice } from './staged-office';

const NOTICE = { id: 'n', kind: 'NOTICE', title: 'Papers for a passport', body: 'A photo,\nand the fee.', order: 1, version: 1 };

for (const language of LANGUAGES) {
  test.describe(language, () => {
    test('each line says how busy it is, as it changes, and a closed one when it opens', async ({ centre }) => {
      const visitor = await centre.visitor(language);
      const office = await StagedOffice.on(visitor.page);
      await visitor.arrive();
      const general = visitor.by('line-GENERAL');
      await expect(general).toHaveAttribute('data-waiting', '3');
      await expect(visitor.by('line-HEALTH')).toBeDisabled();
      await expect(visitor.by('line-HEALTH')).toContainText('09:00');
      await isAccessible(visitor);
      const lines = OFFICE.lines.map((line) => ({ ...line, waiting: line.waiting + 1 }));
      await office.isNow({ ...OFFICE, lines });
      await expect(general).toHaveAttribute('data-waiting', '4');
      await office.isNow({ ...OFFICE, lines: OFFICE.lines.map((line) => ({ ...line, open: false })) });
      await expect(general).toBeDisabled();
    });

    test('a server that is about to stop, or out of reach, is said in one calm line', async ({ centre }) => {
      const visitor = await centre.visitor(language);
      const office = await StagedOffice.on(visitor.page);
      await visitor.arrive();
      await expect(visitor.by('office-line')).toHaveText('');
      await office.isNow({ ...OFFICE, draining: true });
      await expect(visitor.by('office-line')).toHaveText(/\S/);
      await expect(visitor.by('line-GENERAL')).toBeEnabled();
      await office.isNow(OFFICE);
      await expect(visitor.by('office-line')).toHaveText('');
      await office.isLost();
      await expect(visitor.by('office-line')).toHaveText(/\S/);
      await office.isNow(OFFICE);
      await expect(visitor.by('office-line')).toHaveText('');
    });

    test('there is something to read while one waits', async ({ centre }) => {
      const visitor = await centre.visitor(language);
      await visitor.page.route('**/api/v1/posts?*', (route) => {
        const asked = new URL(route.request().url()).searchParams;
        expect([asked.get('kind'), asked.get('language')]).toEqual(['NOTICE', language]);
        return route.fulfill({ json: { items: [NOTICE], next: null } });
      });
      await visitor.ask();
      await expect(visitor.by('notices')).toContainText(NOTICE.title);
      await isAccessible(visitor);
    });

    test('a server without these figures serves its desks all the same', async ({ centre }) => {
      const visitor = await centre.visitor(language);
      await visitor.page.route(/\/api\/v1\/(office|posts)/, (route) => route.fulfill({ status: 404, json: { code: 'NOT_FOUND' } }));
      await visitor.ask();
      await expect(visitor.by('notices')).toHaveCount(0);
    });

    test('nothing is cut off at twice the size of text, or in much contrast', async ({ centre }) => {
      test.slow();
      const visitor = await centre.visitor(language, { viewport: { width: 390, height: 844 }, contrast: 'more' });
      await StagedOffice.on(visitor.page);
      await visitor.arrive();
      await visitor.page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%', 'important'));
      const fits = async () => {
        const over = await visitor.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(over).toBeLessThanOrEqual(0);
        await isAccessible(visitor);
        await visitor.page.screenshot({ path: `test-results/contrast/${language}-${steps++}.png` });
      };
      let steps = 1;
      await fits();
      await visitor.fill();
      await fits();
      await visitor.by('tell').click();
      await fits();
      await visitor.by('request').click();
      await visitor.number();
      await fits();
      await visitor.by('cancel').click();
      await fits();
      await visitor.by('cancel-confirm').click();
      await expect(visitor.by('closed-reason')).toBeVisible();
      await fits();
    });
  });
}

test('the language changes in the middle of a visit, and loses no word of it', async ({ centre }) => {
  const visitor = await centre.visitor('ko');
  await visitor.arrive();
  await visitor.fill({ nickname: '하은', note: '여권' });
  await visitor.by('lang-en').click();
  await expect(visitor.page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(visitor.by('nickname')).toHaveValue('하은');
  await expect(visitor.by('request')).toHaveText('Get a number');
  await visitor.by('request').click();
  await visitor.number();
  await visitor.by('lang-ko').click();
  await expect(visitor.by('cancel')).toHaveText('요청 취소');
});
