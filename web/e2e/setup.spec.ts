import { expect, LANGUAGES, test } from './fixture';
import { Counsellor, Visitor, type Admin } from './people';
import { totp } from './totp';

test.use({ serve: { demo: false, flags: [] } });

const BOSS = { login: 'boss', password: 'long enough' };
const HELPER = { login: 'helper', password: 'a first password' };

/** Follows a link of the guide into its own tab, with the same log-in. */
async function tab(of: Admin, link: string): Promise<Counsellor> {
  const opening = of.page.waitForEvent('popup');
  await of.by(link).click();
  const page = await opening;
  return new Counsellor(page, of.wire, of.language);
}

for (const language of LANGUAGES) {
  test(`from the printed link to the first conversation (${language})`, async ({ centre }) => {
    const link = centre.server.setupLink;
    const operator = await centre.admin(language);
    await operator.follow(link);
    await expect(operator.page).toHaveURL(`${centre.server.url}/setup`);
    await operator.setUp(BOSS, 'something else');
    await expect(operator.by('trouble')).toHaveAttribute('data-trouble', 'PASSWORDS_DIFFER');
    await expect(operator.by('again')).toBeFocused();
    // A reload does not lose the link.
    await operator.page.reload();
    await operator.setUp(BOSS);

    // Without the second factor the other steps say that it is needed.
    const at = operator.by('guide');
    await expect(at).toHaveAttribute('data-step', 'FACTOR');
    await operator.by('step-LINES').click();
    await expect(operator.by('factor-needed')).toBeVisible();
    await operator.page.reload();
    await expect(at).toHaveAttribute('data-step', 'LINES');
    await operator.page.goBack();
    await expect(at).toHaveAttribute('data-step', 'FACTOR');
    await operator.by('factor-password').fill(BOSS.password);
    await operator.by('factor-start').click();
    const secret = await operator.by('factor-secret').inputValue();
    await operator.by('factor-code').fill(totp(secret));
    await operator.by('factor-confirm').click();
    await operator.by('codes-kept').click();
    await operator.by('guide-next').click();

    await expect(at).toHaveAttribute('data-step', 'OFFICE');
    await operator.by('office-save').click();
    await expect(operator.by('fault-name')).toBeVisible();
    await operator.by('office-name').fill('한마음 상담센터');
    await expect(operator.page.locator('main .primary')).toHaveCount(1);
    await operator.by('guide-next').click();
    await expect(at).toHaveAttribute('data-step', 'LINES');
    await operator.by('guide-back').click();
    await operator.page.reload();
    await expect(operator.by('office-name')).toHaveValue('한마음 상담센터');
    await operator.by('guide-next').click();

    await operator.by('line-GENERAL-ko').fill('종합 상담');
    await operator.by('line-GENERAL-form-save').click();
    await expect(operator.by('saved')).toHaveText(/\S/);
    await operator.by('line-new-ko').fill('법률 상담');
    // Left by another way it is still there; half of it is not saved, and the step says why.
    await operator.by('step-OFFICE').click();
    await operator.by('step-LINES').click();
    await expect(operator.by('line-new-ko')).toHaveValue('법률 상담');
    await expect(operator.page.locator('main .primary')).toHaveCount(1);
    await operator.by('guide-next').click();
    await expect(operator.by('fault-name_en')).toBeVisible();
    await expect(at).toHaveAttribute('data-step', 'LINES');
    await operator.by('line-new-en').fill('Legal advice');
    await operator.by('guide-next').click();
    await expect(at).toHaveAttribute('data-step', 'COUNSELLOR');
    await operator.by('guide-back').click();
    await expect(operator.by('line-LEGAL_ADVICE')).toContainText('B-001');
    await expect(operator.by('line-new-ko')).toHaveValue('');
    await operator.by('guide-next').click();

    await operator.by('counsellor-name').fill('박상담');
    await operator.by('counsellor-login').fill(BOSS.login);
    await operator.by('counsellor-password').fill(HELPER.password);
    await operator.by('counsellor-again').fill(HELPER.password);
    await operator.by('guide-next').click();
    await expect(operator.by('fault-login')).toBeVisible();
    await operator.by('counsellor-login').fill(HELPER.login);
    await operator.by('guide-next').click();
    await expect(at).toHaveAttribute('data-step', 'TRY');
    await operator.by('guide-back').click();
    await expect(operator.by('counsellor-there')).toContainText('박상담');
    await expect(operator.by('counsellor-name')).toHaveValue('');
    await operator.by('guide-next').click();

    await expect(at).toHaveAttribute('data-step', 'TRY');
    await operator.by('try-leave').click();
    await expect(operator.by('try-left')).toBeVisible();
    const counsellor = await tab(operator, 'try-counsellor');
    await counsellor.enters(HELPER);
    await counsellor.connected();
    await counsellor.open();
    const desk = await tab(operator, 'try-desk');
    const visitor = new Visitor(desk.page, desk.wire, language);
    await visitor.fill({ topic: 'LEGAL_ADVICE', nickname: '하은' });
    await visitor.by('request').click();
    const number = await visitor.number();
    expect(number).toBe('B-001');
    await counsellor.isOffered(number);
    await counsellor.accept(number);
    await visitor.talks();
    await counsellor.say('안녕하세요');
    await visitor.reads('안녕하세요');
    // The guide is still there.
    await expect(at).toHaveAttribute('data-step', 'TRY');
  });

  test(`the printed link works once, and without it the page says where it is (${language})`, async ({ centre }) => {
    const link = centre.server.setupLink;
    const operator = await centre.admin(language);
    await operator.follow(`${centre.server.url}/setup#made-up`);
    await operator.setUp(BOSS);
    await expect(operator.by('dead-end')).toHaveAttribute('data-why', 'BAD_LINK');
    await operator.page.goto(link);
    await operator.setUp(BOSS);
    await expect(operator.by('guide')).toHaveAttribute('data-step', 'FACTOR');
    // Every step may be skipped.
    for (const step of ['OFFICE', 'LINES', 'COUNSELLOR', 'TRY']) {
      await operator.by('guide-next').click();
      await expect(operator.by('guide')).toHaveAttribute('data-step', step);
    }
    await operator.by('to-admin').click();
    await operator.connected();
    await expect(operator.by('factor-banner')).toBeVisible();

    const late = await centre.admin(language);
    await late.follow(`${centre.server.url}/setup`);
    await expect(late.by('dead-end')).toHaveAttribute('data-why', 'NO_LINK');
    await late.page.goto(link);
    await late.setUp({ login: 'other', password: 'long enough' });
    await expect(late.by('dead-end')).toHaveAttribute('data-why', 'ALREADY_SET_UP');
    await expect(late.by('to-admin')).toBeVisible();
  });
}
