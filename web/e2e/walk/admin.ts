import { expect, type Centre } from '../fixture';
import type { Admin, Language } from '../people';
import { settleIn } from './office';
import { servers } from './servers';
import { said } from './said';
import { at, type Look, type Tour } from './tour';

/** Enough for a fortnight of figures. */
const CONSULTATIONS = 1_500;

/** Lists and their records. */
async function records(admin: Admin, look: Look): Promise<void> {
  await admin.opens('consultations');
  await expect(admin.by('consultation-row').first()).toBeVisible();
  await admin.page.getByLabel(admin.language === 'ko' ? '상태' : 'Status', { exact: true }).selectOption('DONE');
  await admin.by('search').click();
  await expect(admin.page).toHaveURL(/status=DONE/);
  await expect(admin.by('consultation-row').first()).toBeVisible();
  await look(admin, 'consultations', 'Every consultation, narrowed and searched', { sizes: ['desktop', 'phone'], also: ['dark'] });
  await admin.by('consultation-open').first().click();
  await expect(admin.by('consultation')).toBeVisible();
  await look(admin, 'consultation', 'One consultation: what was said, done and decided');
  // The days that are over: the one it is has no end yet.
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
  await admin.go(`/admin#statistics?from=${day(9)}&to=${day(3)}`);
  await expect(admin.by('stats-row').first()).toBeVisible();
  await look(admin, 'statistics', 'Figures by day', { also: ['dark', 'contrast'] });
  await admin.opens('audit');
  await expect(admin.by('audit-row').first()).toBeVisible();
  await look(admin, 'audit', 'Who did what');
}

async function accounts(centre: Centre, admin: Admin, language: Language, look: Look): Promise<void> {
  const words = said(language);
  const newcomer = await centre.counsellor(language);
  await newcomer.go('/signup');
  const fields = { login: 'saerom', name: words.newcomer, email: 'saerom@example.org', password: 'long enough', again: 'long enough' };
  for (const [field, text] of Object.entries(fields)) await newcomer.by(field).fill(text);
  await newcomer.by('sign-up').click();
  await expect(newcomer.by('sent-without-mail')).toBeVisible();
  await newcomer.follow(await centre.server.linkFor('saerom@example.org'));
  await expect(newcomer.by('verified')).toBeVisible();

  await admin.opens('accounts');
  await expect(admin.by('account-row').first()).toBeVisible();
  await look(admin, 'accounts', 'The accounts');
  await admin.opensAccount(words.newcomer);
  await look(admin, 'account', 'One account, waiting for its approval');
  await admin.by('act-approve').click();
  await expect(admin.by('approve')).toBeVisible();
  await look(admin, 'account-approve', 'Approving it');
  await admin.page.keyboard.press('Escape');
}

async function places(admin: Admin, language: Language, look: Look): Promise<void> {
  const words = said(language);
  await admin.opens('desks');
  await expect(admin.by('desk-row').first()).toBeVisible();
  await look(admin, 'desks', 'The desks');
  await admin.by('desk-new').click();
  await admin.by('desk-name').fill(words.desk[0]!);
  await admin.by('desk-place').fill(words.desk[1]!);
  await look(admin, 'desk-form', 'A new desk');
  await admin.by('desk-make').click();
  await expect(admin.by('desk-key')).toHaveValue(/\S{20,}/);
  await look(admin, 'desk-key', 'Its key, shown once');
  await admin.by('desk-key-kept').click();
  await admin.by('desk-row').filter({ hasText: words.desk[0]! }).getByTestId('desk-open').click();
  await expect(admin.by('desk')).toContainText(words.desk[0]!);
  await look(admin, 'desk', 'One desk');
  await admin.by('enrol').click();
  await expect(admin.by('qr')).toBeVisible();
  await look(admin, 'desk-enrolment', 'A link and a code that make a device this desk');
  await admin.by('enrolment-done').click();

  await admin.opens('lines');
  await expect(admin.by('office-name')).toHaveValue(words.office);
  await look(admin, 'lines', 'The lines, and what the office is called');
  await admin.by('line-new').click();
  await look(admin, 'line-form', 'A new line');
  await admin.page.keyboard.press('Escape');
  await admin.opensLine('GENERAL');
  await admin.by('hours-always').uncheck();
  await admin.by('hours-mon-add').click();
  await admin.by('hours-spread').click();
  await look(admin, 'line', 'One line: its hours, its limits, its times');
  // What was typed and not saved would be asked about.
  await admin.by('hours-always').check();
}

async function texts(admin: Admin, language: Language, look: Look): Promise<void> {
  const words = said(language);
  await admin.opens('codes');
  await expect(admin.by('code-row').first()).toBeVisible();
  await look(admin, 'codes', 'The codes');
  await admin.by('code-open').first().click();
  await look(admin, 'code-form', 'One code');
  await admin.page.keyboard.press('Escape');
  await admin.opens('notices');
  await expect(admin.by('none')).toBeVisible();
  await look(admin, 'notices-none', 'No notice yet');
  await admin.by('notice-new').click();
  await admin.by('notice-title').fill(words.notice[0]!);
  await admin.by('notice-body').fill(words.notice[1]!);
  await look(admin, 'notice-form', 'A new notice');
  await admin.by('notice-make').click();
  await expect(admin.by('notice-row').first()).toBeVisible();
  await look(admin, 'notices', 'The notices');
  await admin.opens('replies');
  for (const [index, [shortcut, body]] of words.replies.entries()) {
    await admin.by('reply-new').click();
    await admin.by('reply-shortcut').fill(shortcut!);
    await admin.by('reply-body').fill(body!);
    if (index === 0) await look(admin, 'reply-form', 'A new canned reply');
    await admin.by('reply-make').click();
    await expect(admin.by('reply-row').filter({ hasText: shortcut! })).toBeVisible();
  }
  await look(admin, 'replies', 'Canned replies everybody uses');
}

/** A rehearsed consultation, and test data. */
async function tries(admin: Admin, look: Look): Promise<void> {
  await admin.opens('try');
  await expect(admin.by('count-consultations')).toBeVisible();
  await look(admin, 'try', 'Trying it out');
  await admin.by('rehearse').click();
  await expect(admin.by('rehearsal')).toHaveAttribute('data-state', 'DONE');
  await look(admin, 'try-rehearsed', 'A consultation the server rehearsed with itself', { also: ['dark'] });
  await admin.by('consultations').fill('40');
  await admin.by('days').fill('7');
  await admin.by('make-test').click();
  await expect(admin.by('count-consultations')).toHaveText('41');
  await admin.by('try-data').scrollIntoViewIfNeeded();
  await look(admin, 'try-data', 'Test data was made');
  await admin.by('show-test').click();
  await expect(admin.by('test-mark').first()).toBeVisible();
  await look(admin, 'try-records', 'Test data is marked wherever it is shown');
  await admin.opens('try');
  await admin.by('remove-test').click();
  await admin.by('remove-confirm').click();
  await expect(admin.by('fault-sure')).toBeVisible();
  await look(admin, 'try-remove', 'Before test data is removed');
  await admin.page.keyboard.press('Escape');
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  await settleIn(centre, language);
  const admin = await centre.admin(language, at(language));
  await admin.go('/admin');
  await look(admin, 'log-in', 'Logging in');
  await admin.logIn(centre.server.demo.admin);
  await records(admin, look);
  await accounts(centre, admin, language, look);
  await places(admin, language, look);
  await texts(admin, language, look);
  await servers(admin, look);
  await tries(admin, look);
}

export const admin: Tour = {
  name: 'admin',
  title: 'The admin page: records and rules',
  sizes: ['desktop'],
  serve: { demo: true, flags: [], made: CONSULTATIONS },
  walk,
};
