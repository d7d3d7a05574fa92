import { readFile, stat } from 'node:fs/promises';

import { expect, either, test } from './fixture';

/** Enough for an export that is still under way when one looks. */
const CONSULTATIONS = 4_000;

for (const language of either('ko')) {
  test.describe(language, () => {
    test.use({ serve: { demo: true, flags: [], made: CONSULTATIONS } });

    test(`an export shows how far it is, can be called off, and ends as a spreadsheet (${language})`, async ({ centre }) => {
      test.slow();
      const admin = await centre.admin(language);
      await admin.logIn(centre.server.demo.admin);
      await admin.opens('consultations');
      await expect(admin.by('consultation-row').first()).toBeVisible();
      const jobs = admin.by('job');
      for (let asked = 1; asked <= 2; asked += 1) {
        await admin.by('export-XLSX').click();
        await expect(jobs).toHaveCount(asked);
      }
      // They are made one after the other: the newest, first in the list, waits its turn and is called off.
      await expect(jobs.first().getByRole('progressbar')).toBeVisible();
      await jobs.first().getByTestId('job-cancel').click();
      await expect(jobs.first()).toHaveAttribute('data-state', 'CANCELLED');
      await expect(jobs.first().getByRole('progressbar')).toHaveCount(0);
      await expect(jobs.first().getByTestId('job-file')).toHaveCount(0);

      const made = jobs.nth(1);
      await expect(made).toHaveAttribute('data-state', 'DONE', { timeout: 60_000 });
      const [download] = await Promise.all([admin.page.waitForEvent('download'), made.getByTestId('job-file').click()]);
      expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
      const path = await download.path();
      expect((await readFile(path)).subarray(0, 2).toString()).toBe('PK');
      expect((await stat(path)).size).toBeGreaterThan(CONSULTATIONS * 10);

      // The audit says it in words, and finds it by them.
      await admin.opens('audit');
      await admin.by('action').selectOption('JOB_CANCELLED');
      await admin.by('search').click();
      await expect(admin.by('audit-row')).toHaveCount(1);
      await expect(admin.by('audit-row')).toContainText(language === 'ko' ? '작업 취소' : 'Job cancelled');

      // A fortnight of figures, read off the plot with the keys.
      await admin.opens('statistics');
      const plot = admin.by('plot-requests').getByRole('slider');
      await plot.focus();
      await admin.page.keyboard.press('Home');
      await expect(admin.by('plot-requests-said')).toContainText(/\d+/);
      await admin.by('apart').check();
      await admin.by('count').click();
      await expect(admin.by('plot-waits').locator('.plot-key').first()).toBeVisible();
    });
  });
}
