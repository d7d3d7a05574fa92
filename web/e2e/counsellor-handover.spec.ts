import { Api } from './api';
import { expect, LANGUAGES, test, type Centre } from './fixture';
import type { Counsellor, Language, Visitor } from './people';

// Three or four people are at work in each.
test.beforeEach(() => test.slow());

/** 김상담 talks with a visitor, and 이상담 is open with places free. */
async function begin(centre: Centre, language: Language): Promise<{ kim: Counsellor; lee: Counsellor; visitor: Visitor; number: string }> {
  const { demo } = centre.server;
  // An offer stays as long as it takes to look at all that is to be seen meanwhile.
  await (await Api.as(centre.server, demo.admin)).setLine('GENERAL', { accept_s: 300 });
  const kim = await centre.onDuty(language);
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

    // Who has left is still named, and one's own words are still one's own, also after a reload.
    const speakers = visitor.by('message').locator('.sr-only');
    const me = await speakers.first().textContent();
    for (let reloads = 0; reloads < 2; reloads += 1) {
      await expect(speakers).toHaveText([me!, /김상담$/, /김상담$/, me!, /이상담$/]);
      await visitor.page.reload();
      await visitor.talks();
    }
    await expect(lee.by('message').locator('.sr-only')).toHaveText([/하은$/, /김상담$/, /김상담$/, /하은$/, /./]);
  });
}
