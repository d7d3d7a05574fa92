import { readFile } from 'node:fs/promises';

import { expect, LANGUAGES, test } from './fixture';

for (const language of LANGUAGES) {
  test(`from signing up to the first consultation (${language})`, async ({ centre }) => {
    test.slow();
    const { server } = centre;
    const person = { login: 'saerom', password: 'long enough', name: '이새롬', email: 'saerom@example.org' };

    // She asks for an account, and shows that the address is hers.
    const newcomer = await centre.counsellor(language);
    await newcomer.go('/signup');
    await newcomer.by('login').fill(person.login);
    await newcomer.by('name').fill(person.name);
    await newcomer.by('email').fill(person.email);
    await newcomer.by('password').fill('short');
    await newcomer.by('again').fill('short');
    await newcomer.by('sign-up').click();
    await expect(newcomer.by('fault-password')).toBeVisible();
    await expect(newcomer.by('password')).toBeFocused();
    await expect(newcomer.by('login')).toHaveValue(person.login);
    await newcomer.by('password').fill(person.password);
    await newcomer.by('again').fill(person.password);
    await newcomer.by('sign-up').click();
    // There is no mail server here, and the page does not say that a mail will come; what would go out lies in a folder.
    await expect(newcomer.by('sent-without-mail')).toBeVisible();
    const link = await server.linkFor(person.email);
    await newcomer.follow(link);
    await expect(newcomer.by('verified')).toContainText(person.login);
    await expect(newcomer.page).toHaveURL(/\/verify$/);

    // Before the approval she is not let in, and is not told more than a stranger.
    await newcomer.go('/counsellor');
    await newcomer.enters(person);
    await expect(newcomer.by('trouble')).toHaveAttribute('data-trouble', 'login.failed');

    const admin = await centre.admin(language);
    await admin.logIn(server.demo.admin);
    await admin.opens('accounts');
    await admin.by('state-PENDING').click();
    await admin.by('account-row').filter({ hasText: person.name }).getByTestId('account-open').click();
    await admin.by('act-approve').click();
    await admin.by('serves-GENERAL-ko').check();
    await admin.by('approve-send').click();
    await expect(admin.by('account').locator('[data-state="ACTIVE"]')).toBeVisible();

    await newcomer.logIn(person);
    await newcomer.open();
    const visitor = await centre.visitor(language);
    const number = await visitor.ask({ nickname: '김하은' });
    await newcomer.accept(number);
    await visitor.talks();
    await visitor.say('여권 재발급 서류를 문의합니다.');
    await newcomer.reads('여권 재발급 서류를 문의합니다.');
    await newcomer.end();
    await newcomer.wrapUp('창구로 안내했습니다.');

    // The admin finds it by a word that was said, and edits the memo.
    await admin.records();
    await admin.by('q').fill('재발급');
    await admin.by('search').click();
    await expect(admin.page).toHaveURL(/#consultations\?q=/);
    await expect(admin.by('consultation-row')).toHaveCount(1);
    await admin.by('consultation-open').click();
    await expect(admin.by('memo')).toHaveValue('창구로 안내했습니다.');
    await expect(admin.by('explanation')).toBeVisible();
    await admin.by('memo').fill('민원실 2번 창구로 안내했습니다.');
    await admin.by('notes-save').click();
    await expect(admin.by('saved')).toHaveText(/\S/);
    await expect(admin.by('timeline').locator('[data-kind="EDITED"]')).toHaveCount(1);
    await admin.page.goBack();
    await expect(admin.by('q')).toHaveValue('재발급');
    await expect(admin.by('consultation-row')).toHaveCount(1);

    // What was found is taken away as a file.
    await admin.by('export-CSV').click();
    await expect(admin.by('job')).toHaveAttribute('data-state', 'DONE');
    const [download] = await Promise.all([admin.page.waitForEvent('download'), admin.by('job-file').click()]);
    const file = await readFile(await download.path(), 'utf8');
    expect(file).toContain('민원실 2번 창구로 안내했습니다.');
    expect(centre.dialogs).toEqual([]);
  });

  test(`two who edit one record lose nothing (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const { counsellor, number } = await centre.talk(language);
    await counsellor.end();
    await counsellor.wrapUp('first');
    const one = await centre.admin(language);
    const other = await centre.admin(language);
    for (const admin of [one, other]) {
      await admin.logIn(demo.admin);
      await admin.records();
      await (await admin.findsRecord(number)).getByTestId('consultation-open').click();
      await expect(admin.by('memo')).toHaveValue('first');
    }
    await one.by('memo').fill('theirs');
    await one.by('notes-save').click();
    await expect(one.by('saved')).toHaveText(/\S/);
    await other.by('memo').fill('mine');
    await other.by('notes-save').click();
    await expect(other.by('conflict')).toContainText('theirs');
    await expect(other.by('conflict')).toContainText('mine');
    await expect(other.by('memo')).toHaveValue('mine');
    await other.by('notes-save').click();
    await expect(other.by('saved')).toHaveText(/\S/);
    await expect(other.by('conflict')).toHaveCount(0);
  });

  test(`a forgotten password is set anew by mail, once (${language})`, async ({ centre }) => {
    const { server } = centre;
    const person = { login: 'minjun', password: 'long enough', name: 'Min-jun', email: 'minjun@example.org' };
    const somebody = await centre.counsellor(language);
    await somebody.go('/signup');
    for (const field of ['login', 'name', 'email', 'password'] as const) await somebody.by(field).fill(person[field]);
    await somebody.by('again').fill(person.password);
    await somebody.by('sign-up').click();
    await expect(somebody.by('sent-without-mail')).toBeVisible();
    await somebody.follow(await server.linkFor(person.email));
    await expect(somebody.by('verified')).toBeVisible();
    const admin = await centre.admin(language);
    await admin.logIn(server.demo.admin);
    await admin.opensAccount(person.name);
    await admin.by('act-approve').click();
    await admin.by('approve-send').click();
    await expect(admin.by('account').locator('[data-state="ACTIVE"]')).toBeVisible();

    await somebody.go('/counsellor');
    await somebody.by('to-reset').click();
    await somebody.by('login').fill(person.email);
    await somebody.by('reset-ask').click();
    await expect(somebody.by('sent-without-mail')).toBeVisible();
    const link = await expect
      .poll(() => server.linkFor(person.email), { timeout: 15_000 })
      .toContain('/reset#')
      .then(() => server.linkFor(person.email));
    await somebody.follow(link);
    await somebody.by('password').fill('a new password');
    await somebody.by('again').fill('a new password');
    await somebody.by('reset-set').click();
    await expect(somebody.by('done')).toBeVisible();
    await somebody.logIn({ login: person.login, password: 'a new password' });
    await somebody.page.goto(link);
    await somebody.by('password').fill('another password');
    await somebody.by('again').fill('another password');
    await somebody.by('reset-set').click();
    await expect(somebody.by('dead-end')).toBeVisible();
  });
}
