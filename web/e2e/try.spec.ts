import { isAccessible } from './axe';
import { expect, LANGUAGES, test } from './fixture';

for (const language of LANGUAGES) {
  test(`an admin rehearses a consultation and sees every step (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const counsellor = await centre.onDuty(language);
    const admin = await centre.admin(language);
    await admin.logIn(demo.admin);
    await admin.opens('try');
    await isAccessible(admin);
    await admin.by('rehearse').click();
    await expect(admin.by('rehearsal')).toHaveAttribute('data-state', 'DONE');
    const steps = admin.page.locator('[data-testid^="step-"]');
    await expect(steps).toHaveCount(12);
    for (const step of await steps.all()) await expect(step).toHaveAttribute('data-state', 'DONE');
    await expect(admin.by('outcome')).toHaveText(/12/);
    await expect(admin.by('rehearse')).toBeEnabled();
    await expect(admin.by('count-consultations')).toHaveText('1');
    await expect(counsellor.by('offer')).toHaveCount(0);
    await isAccessible(admin);

    // The record is in the history only for whoever asks for test data, and is marked there.
    await admin.opens('consultations');
    await expect(admin.by('none')).toBeVisible();
    await admin.opens('try');
    await admin.by('show-test').click();
    await expect(admin.by('consultation-row')).toHaveCount(1);
    await expect(admin.by('consultation-row').getByTestId('test-mark')).toBeVisible();
    await isAccessible(admin);
  });

  test(`an admin makes test data, sees it marked and removes it (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opens('try');
    await admin.by('consultations').fill('0');
    await admin.by('make-test').click();
    await expect(admin.by('fault-consultations')).toBeVisible();
    await admin.by('consultations').fill('40');
    await admin.by('days').fill('7');
    await admin.by('make-test').click();
    await expect(admin.by('count-consultations')).toHaveText('40');
    await expect(admin.by('remove-test')).toBeVisible();

    await admin.opens('lines');
    await expect(admin.by('line-row').filter({ has: admin.by('test-mark') })).toHaveCount(1);
    await admin.opens('accounts');
    await expect(admin.by('account-row').filter({ has: admin.by('test-mark') })).toHaveCount(4);
    await admin.by('account-row').filter({ has: admin.by('test-mark') }).first().getByTestId('account-open').click();
    await expect(admin.by('account').getByTestId('test-mark')).toBeVisible();
    await isAccessible(admin);

    await admin.opens('try');
    await admin.by('remove-test').click();
    await admin.by('remove-confirm').click();
    await expect(admin.by('fault-sure')).toBeVisible();
    await isAccessible(admin);
    await admin.by('remove-sure').check();
    await admin.by('remove-confirm').click();
    await expect(admin.by('count-consultations')).toHaveText('0');
    await expect(admin.by('remove-test')).toHaveCount(0);
    await admin.opens('lines');
    await expect(admin.by('line-row').first()).toBeVisible();
    await expect(admin.by('test-mark')).toHaveCount(0);
  });
}
