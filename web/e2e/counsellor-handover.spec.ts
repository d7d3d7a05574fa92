import { Api } from './api';
import { expect, LANGUAGES, test, type Centre } from './fixture';
import type { Admin, Counsellor, Language, Visitor } from './people';

// Three or four people are at work in each.
test.beforeEach(() => test.slow());

/** 김상담 talks with a visitor, and 이상담 is open with places free. */
async function begin(centre: Centre, language: Language): Promise<{ kim: Counsellor; lee: Counsellor; visitor: Visitor; number: string }> {
  const { demo } = centre.server;
  // An offer stays as long as it takes to look at all that is to be seen meanwhile.
  await (await Api.as(centre.server, demo.admin)).setLine('GENERAL', { accept_s: 300 });
  const kim = await centre.counsellor(language);
  await kim.logIn(demo.counsellor1);
  await kim.open();
  const visitor = await centre.visitor(language);
  const number = await visitor.ask({ nickname: '하은' });
  await kim.accept(number);
  await visitor.talks();
  const lee = await centre.counsellor(language);
  await lee.logIn(demo.counsellor2);
  await lee.open();
  return { kim, lee, visitor, number };
}

/** Hands the room on the screen to 이상담, by the keyboard. */
async function handOver(kim: Counsellor, note: string): Promise<void> {
  const { keyboard } = kim.page;
  await keyboard.press('Alt+t');
  await expect(kim.by('transfer-sheet')).toBeVisible();
  await kim.page.getByRole('radio', { name: '이상담' }).focus();
  await keyboard.press('Space');
  await kim.by('transfer-note').focus();
  await keyboard.type(note);
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  await expect(kim.by('transfer-send')).toBeFocused();
  await keyboard.press('Enter');
  await expect(kim.by('handover')).toHaveAttribute('data-phase', 'OFFERED');
}

for (const language of LANGUAGES) {
  test(`a talk is handed over, taken back, declined, and at last taken with its words (${language})`, async ({ centre }) => {
    const { kim, lee, visitor, number } = await begin(centre, language);
    await visitor.say('안녕하세요');
    await kim.say('어떤 서류인가요?');
    await kim.by('notes').fill('여권');
    await kim.by('say-input').focus();

    await handOver(kim, '서류는 봤습니다');
    await expect(lee.by('offer-transfer')).toContainText('서류는 봤습니다');
    await kim.by('handover-cancel').click();
    await expect(kim.by('handover')).toHaveCount(0);
    await expect(lee.by('offer')).toHaveCount(0);
    await expect(lee.by('notice')).toContainText(number);

    await kim.by('say-input').focus();
    await handOver(kim, '다시');
    await expect(lee.by('offer-transfer')).toContainText('다시');
    await lee.decline(number);
    await expect(kim.by('handover')).toHaveAttribute('data-phase', 'DECLINED');
    await expect(kim.by('handover')).toContainText('이상담');
    await kim.by('handover-keep').click();

    await kim.by('say-input').focus();
    await handOver(kim, '부탁합니다');
    await kim.say('잠시만요');
    await lee.accept(number);
    await expect(kim.by('notice')).toContainText(number);
    await expect(kim.by('notice')).toContainText('이상담');
    await expect(kim.by('room-tab')).toHaveCount(0);
    await lee.reads('안녕하세요', '어떤 서류인가요?', '잠시만요');
    await expect(lee.by('about')).toContainText('부탁합니다');
    await visitor.talks();
    await visitor.say('네');
    await lee.reads('안녕하세요', '어떤 서류인가요?', '잠시만요', '네');
    await lee.say('이어서 돕겠습니다');
    await visitor.reads('안녕하세요', '어떤 서류인가요?', '잠시만요', '네', '이어서 돕겠습니다');
  });

  test(`a manager moves a talk, hears what came of it, and ends one by its name (${language})`, async ({ centre }) => {
    const { kim, lee, visitor, number } = await begin(centre, language);
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await move(admin, number);
    await expect(kim.by('handover')).toHaveAttribute('data-phase', 'OFFERED');
    await expect(lee.by('offer-number')).toHaveText(number);
    // It is asked already: the same again is refused, with what was typed left as it is.
    await openMove(admin, number);
    await admin.by('move-room-confirm').click();
    await expect(admin.by('trouble')).toHaveText(/\S/);
    await expect(admin.by('reason')).toHaveValue('교대');
    await admin.by('move-room-back').click();
    await lee.decline(number);
    await expect(kim.by('handover')).toHaveAttribute('data-phase', 'DECLINED');
    await expect(admin.by('told')).toContainText('김상담');
    await kim.by('handover-keep').click();

    await move(admin, number);
    await lee.accept(number);
    await expect(admin.by('told')).toContainText('이상담');
    await expect(admin.by('told')).toContainText(number);
    await expect(admin.by('room-row').filter({ hasText: number })).toContainText('이상담');
    await expect(kim.by('notice')).toContainText(number);
    await visitor.say('네');
    await lee.reads('네');

    // It ends by a manager's hand while 이상담 looks at another talk.
    const other = await centre.visitor(language);
    await kim.pause();
    const two = await other.ask({ nickname: '둘' });
    await lee.accept(two);
    await expect(lee.by('about')).toContainText(two);
    await admin.by('room-row').filter({ hasText: number }).getByTestId('end-room').click();
    await admin.by('end-room-confirm').click();
    await expect(admin.by('told')).toContainText(number);
    await expect(lee.by('notice')).toContainText(number);
    await expect(visitor.by('rate-skip')).toBeVisible();
    await expect(lee.by('about')).toContainText(two);
  });
}

async function openMove(admin: Admin, number: string): Promise<void> {
  await admin.by('room-row').filter({ hasText: number }).getByTestId('move-room').click();
  const people = admin.by('move-counsellor');
  const lee = people.locator('option').filter({ hasText: '이상담' });
  await expect(lee).toBeAttached();
  await people.selectOption((await lee.getAttribute('value'))!);
  await expect(admin.by('move-room-outcome')).toContainText('이상담');
  await admin.by('reason').fill('교대');
}

async function move(admin: Admin, number: string): Promise<void> {
  await openMove(admin, number);
  await admin.by('move-room-confirm').click();
  await expect(admin.by('move-room-sheet')).toHaveCount(0);
  await expect(admin.by('told')).toContainText(number);
}

test('where nobody is free there is nobody to choose, and a line that cannot take it says so', async ({ centre }) => {
  const { kim, lee, number } = await begin(centre, 'ko');
  await lee.pause();
  await kim.page.keyboard.press('Alt+t');
  const colleague = kim.by('transfer-choice').filter({ hasText: '이상담' });
  await expect(colleague.getByRole('radio')).toBeDisabled();
  await kim.by('transfer-choice').filter({ hasText: '일반 상담' }).click();
  await kim.by('transfer-send').click();
  await expect(kim.by('handover')).toHaveAttribute('data-phase', 'NOBODY');
  await kim.by('handover-keep').click();
  await expect(kim.by('handover')).toHaveCount(0);
  await expect(kim.by('room-tab')).toContainText(number);
});
