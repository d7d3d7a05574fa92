import { isAccessible } from './axe';
import { expect, LANGUAGES, test } from './fixture';
import type { Visitor } from './people';

/** Farther than from any control of a screen to any other. */
const TABS_MAX = 30;

/** Goes to a control as somebody without a mouse does. */
async function tabTo(visitor: Visitor, id: string): Promise<void> {
  const control = visitor.by(id);
  for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await visitor.page.keyboard.press('Tab');
  }
  throw new Error(`${id} is not reached by the keyboard`);
}

for (const language of LANGUAGES) {
  test(`a whole visit by keyboard alone, on screens that everybody can use (${language})`, async ({ centre }) => {
    test.slow();
    const counsellor = await centre.counsellor(language);
    await counsellor.logIn(centre.server.demo.counsellor1);
    await counsellor.pause();
    const visitor = await centre.visitor(language);
    const { page } = visitor;
    const press = async (id: string) => {
      await expect(visitor.by(id)).toBeVisible();
      await tabTo(visitor, id);
      await page.keyboard.press('Enter');
    };
    await page.goto(`${visitor.wire.origin}/desk?lang=${language}`);
    await visitor.isFree();
    await isAccessible(visitor);
    if (await visitor.by('line-GENERAL').isVisible()) await press('line-GENERAL');
    await expect(visitor.by('privacy')).toBeVisible();
    await isAccessible(visitor);
    await press('tell');
    await tabTo(visitor, 'nickname');
    await page.keyboard.type('Ha-eun');
    await isAccessible(visitor);
    await press('request');
    const number = await visitor.number();
    await isAccessible(visitor);
    await counsellor.open();
    await counsellor.accept(number);
    await visitor.talks();
    await expect(visitor.by('arrived')).toBeVisible();
    await isAccessible(visitor);
    await expect(visitor.by('say-input')).toBeFocused();
    await page.keyboard.type('hello');
    await page.keyboard.press('Enter');
    await counsellor.reads('hello');
    await expect(visitor.by('arrived')).toHaveCount(0);
    await press('end');
    await isAccessible(visitor);
    await press('end-confirm');
    await press('rate-5');
    await isAccessible(visitor);
    await press('rate-send');
    await expect(visitor.by('thanks')).toBeVisible();
    await isAccessible(visitor);
    await visitor.isFree();
  });

  test(`a step back keeps what was written (${language})`, async ({ centre }) => {
    const visitor = await centre.visitor(language);
    await visitor.arrive();
    await visitor.fill({ nickname: 'Ha-eun', note: 'a form' });
    await visitor.by('back').click();
    await visitor.by('tell').click();
    await expect(visitor.by('nickname')).toHaveValue('Ha-eun');
    await expect(visitor.by('note')).toHaveValue('a form');
  });
}
