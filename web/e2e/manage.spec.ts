import { expect, either, test } from './fixture';

for (const language of either('en')) {
  test(`a device becomes a desk by a link, once (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opens('desks');
    await admin.by('desk-new').click();
    await admin.by('desk-make').click();
    await expect(admin.by('fault-name')).toBeVisible();
    await admin.by('desk-name').fill('1층 키오스크');
    await admin.by('desk-place').fill('로비');
    await admin.by('desk-make').click();
    await expect(admin.by('desk-key')).toHaveValue(/\S{20,}/);
    await admin.by('desk-key-kept').click();
    const link = await admin.enrolmentOf('1층 키오스크');

    const device = await centre.visitor(language);
    await device.follow(link);
    await expect(device.by('enrolled')).toContainText('1층 키오스크');
    await expect(device.page).toHaveURL(/\/desk$/);
    await device.by('to-desk').click();
    await device.fill();
    await device.by('request').click();
    const number = await device.number();
    await admin.opens('live');
    await expect(admin.by('ticket-row').filter({ hasText: number })).toBeVisible();

    const other = await centre.visitor(language);
    await other.follow(link);
    await expect(other.by('dead-end')).toHaveAttribute('data-why', 'BAD_LINK');
    await other.by('to-desk').click();
    await other.fill();
  });

  test(`a person is added, and chooses a password with the link (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opens('accounts');
    await expect(admin.by('no-mail')).toBeVisible();
    await admin.by('add-person').click();
    await admin.by('add-send').click();
    await expect(admin.by('fault-name')).toBeVisible();
    await admin.by('add-name').fill('박상담');
    await admin.by('add-login').fill('park');
    await admin.by('add-sheet').getByTestId('serves-GENERAL-ko').check();
    await admin.by('add-send').click();
    const link = await admin.by('handed-link').inputValue();
    await expect(admin.by('handed').getByTestId('qr')).toBeVisible();
    await admin.by('handed-done').click();
    await admin.opensAccount('박상담');

    const person = await centre.counsellor(language);
    await person.follow(link);
    await person.by('password').fill('chosen by park');
    await person.by('again').fill('chosen by park');
    await person.by('reset-set').click();
    await expect(person.by('done')).toBeVisible();
    await person.logIn({ login: 'park', password: 'chosen by park' });
    await person.open();

    // Who forgets it is made another link. The account has changed since it was opened.
    await admin.page.reload();
    await admin.by('act-link').click();
    await admin.by('link-send').click();
    const next = await admin.by('handed-link').inputValue();
    expect(next).not.toBe(link);
    await admin.by('handed-done').click();
    await person.follow(next);
    await expect(person.by('reset-set')).toBeVisible();
  });

  test(`who asks for an account hears that no mail comes, and is let in as they are (${language})`, async ({ centre }) => {
    const newcomer = await centre.counsellor(language);
    await newcomer.go('/signup');
    const typed = { login: 'saerom', name: '이새롬', email: 'saerom@example.org', password: 'long enough', again: 'long enough' };
    for (const [field, text] of Object.entries(typed)) await newcomer.by(field).fill(text);
    await newcomer.by('sign-up').click();
    await expect(newcomer.by('sent-without-mail')).toBeVisible();
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opensAccount(typed.name);
    await admin.by('act-approve').click();
    await expect(admin.by('approve-unverified')).toBeVisible();
    await admin.by('approve-send').click();
    await expect(admin.by('account').locator('[data-state="ACTIVE"]')).toBeVisible();
    await newcomer.logIn(typed);
    await newcomer.go('/reset');
    await newcomer.by('login').fill(typed.login);
    await newcomer.by('reset-ask').click();
    await expect(newcomer.by('sent-without-mail')).toBeVisible();
  });

  test(`the half hour of the live board is there after a reload, and figures count who waits (${language})`, async ({ centre }) => {
    const visitor = await centre.visitor(language);
    await visitor.ask();
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    const waitingNow = async () => {
      await expect(async () => {
        await admin.by('trend-table').click();
        const shown = admin.by('trend-row').first().locator('td').first();
        const waiting = await shown.textContent({ timeout: 1_000 }).catch(() => null);
        await admin.by('trend-shut').click();
        expect(waiting).toBe('1');
      }).toPass();
    };
    await waitingNow();
    await admin.page.reload();
    await admin.connected();
    await waitingNow();
    await admin.opens('statistics');
    await expect(admin.by('stats-row')).toHaveCount(1);
  });

  test(`an edited line is heard at once (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const admin = await centre.admin(language);
    await admin.logIn(demo.admin);
    await admin.opensLine('GENERAL');
    await admin.by('waiting_max').fill('-1');
    await admin.by('line-form-save').click();
    await expect(admin.by('fault-waiting_max')).toBeVisible();
    await admin.by('waiting_max').fill('0');
    await admin.by('line-form-save').click();
    await expect(admin.by('saved')).toHaveText(/\S/);
    const visitor = await centre.visitor(language);
    await visitor.arrive();
    await visitor.fill();
    await visitor.by('request').click();
    await expect(visitor.by('closed-reason')).toHaveAttribute('data-reason', 'FULL');

    // Closed on every day but those it names.
    await admin.by('waiting_max').fill('100');
    await admin.by('hours-always').uncheck();
    await admin.by('line-form-save').click();
    await expect(admin.by('saved')).toHaveText(/\S/);
    await visitor.by('again').click();
    await visitor.page.reload();
    await expect(visitor.by('request')).toHaveCount(0);
    await admin.by('hours-always').check();
    await admin.by('line-form-save').click();
    await expect(admin.by('saved')).toHaveText(/\S/);
    await visitor.page.reload();
    await visitor.fill();
    await visitor.by('request').click();
    await visitor.number();
  });

  test(`a result taken out of use is not offered any more, one in use is not deleted (${language})`, async ({
    centre,
  }) => {
    const { demo } = centre.server;
    const counsellor = await centre.onDuty(language);
    const visitor = await centre.visitor(language);
    await counsellor.accept(await visitor.ask());
    await visitor.talks();
    await counsellor.end();
    await counsellor.wrapUp('done');

    const admin = await centre.admin(language);
    await admin.logIn(demo.admin);
    await admin.opens('codes');
    await admin.by('code-open').getByText('RESOLVED', { exact: true }).click();
    await admin.by('code-delete').click();
    await expect(admin.by('delete-trouble')).toHaveAttribute('data-trouble', 'fault.IN_USE');
    await admin.by('in_use').uncheck();
    await admin.by('code-form-save').click();
    await expect(admin.by('code-sheet')).toHaveCount(0);
    await admin.by('code-new').click();
    await admin.by('code-code').fill('BOOKED');
    await admin.by('code-value').fill('예약');
    await admin.by('code-value-en').fill('Booked');
    await admin.by('code-make').click();
    await expect(admin.by('code-row').filter({ hasText: 'BOOKED' })).toBeVisible();

    await visitor.by('rate-skip').click();
    await visitor.fill();
    await visitor.by('request').click();
    await counsellor.accept(await visitor.number());
    await visitor.talks();
    await counsellor.end();
    const options = counsellor.by('wrap-up-code').locator('option');
    await expect(options.filter({ hasText: language === 'ko' ? '예약' : 'Booked' })).toHaveCount(1);
    await expect(options.filter({ hasText: language === 'ko' ? /^해결$/ : /^Resolved$/ })).toHaveCount(0);

    await admin.opens('audit');
    await admin.by('action').selectOption('CODE_EDITED');
    await admin.by('search').click();
    await expect(admin.by('audit-row')).toHaveCount(1);
  });

  test(`the navigation is in the address, and the back button follows it (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    for (const section of ['accounts', 'lines', 'audit']) {
      await admin.opens(section);
      await expect(admin.page).toHaveURL(new RegExp(`#${section}`));
    }
    await admin.page.goBack();
    await expect(admin.by('view-lines')).toHaveAttribute('aria-current', 'page');
    await admin.page.reload();
    await expect(admin.by('view-lines')).toHaveAttribute('aria-current', 'page');
  });
}
