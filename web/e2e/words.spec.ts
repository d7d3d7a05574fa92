import { expect, either, test, type Centre } from './fixture';
import type { Counsellor, Language, Visitor } from './people';

async function talking(centre: Centre, language: Language, nickname = ''): Promise<[Visitor, Counsellor]> {
  const { counsellor, visitor } = await centre.talk(language, { nickname });
  return [visitor, counsellor];
}

for (const language of either('en')) {
  test(`what is typed while the network is cut arrives exactly once (${language})`, async ({ centre }) => {
    const [visitor, counsellor] = await talking(centre, language);
    await visitor.say('one');
    await counsellor.reads('one');
    await visitor.cut();
    await visitor.say('two', 'three');
    await expect(visitor.page.locator('[data-testid="message"][data-seq=""]')).toHaveCount(2);
    await visitor.restore();
    await counsellor.reads('one', 'two', 'three');
    await visitor.reads('one', 'two', 'three');
    await counsellor.cut();
    await counsellor.say('four');
    await counsellor.restore();
    await visitor.reads('one', 'two', 'three', 'four');
    await counsellor.reads('one', 'two', 'three', 'four');
  });

  test(`a message cut off on its way arrives exactly once (${language})`, async ({ centre }) => {
    const [visitor, counsellor] = await talking(centre, language);
    const said: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const body = `round ${round}`;
      said.push(body);
      await visitor.by('say-input').fill(body);
      await Promise.all([visitor.by('say-send').click(), visitor.cut()]);
      await visitor.restore();
      await counsellor.reads(...said);
    }
    await visitor.reads(...said);
  });

  test(`nothing of a visitor stays after the end (${language})`, async ({ centre }) => {
    const [visitor, counsellor] = await talking(centre, language, 'Ha-eun');
    await visitor.say('my secret');
    await counsellor.reads('my secret');
    await counsellor.say('noted');
    await visitor.reads('my secret', 'noted');
    await visitor.end();
    await visitor.by('rate-skip').click();
    await visitor.fill();
    await visitor.by('tell').click();
    await expect(visitor.by('nickname')).toHaveValue('');
    await expect(visitor.by('note')).toHaveValue('');
    const left = await visitor.page.evaluate(() => ({
      text: document.documentElement.innerHTML,
      session: { ...sessionStorage },
      local: Object.keys(localStorage),
      address: location.href,
      state: history.state as unknown,
      cookies: document.cookie,
    }));
    expect(left.text).not.toMatch(/my secret|noted|Ha-eun/);
    expect(left.session).toEqual({});
    expect(left.local).toEqual(['anteroom.language']);
    expect(new URL(left.address).hash + new URL(left.address).search).toBe('');
    expect(left.state).toBeNull();
    expect(left.cookies).toBe('');
    await visitor.page.reload();
    await expect(visitor.by('line-GENERAL').or(visitor.by('request'))).toBeVisible();
  });

  test(`text never becomes markup (${language})`, async ({ centre }) => {
    const payloads = [
      '<img src=x onerror=alert(1)>',
      '<script>alert(2)</script>',
      '"><svg onload=alert(3)>',
      'javascript:alert(4)',
      '{{constructor.constructor("alert(5)")()}}',
      '&lt;b&gt;not bold&lt;/b&gt; <b>bold</b>',
      '$t(desk.title) %s ${1+1}',
    ];
    const nickname = '<img src=x onerror=alert(6)>';
    const [visitor, counsellor] = await talking(centre, language, nickname);
    await expect(counsellor.by('room-tab')).toContainText(nickname);
    await visitor.say(...payloads);
    await counsellor.reads(...payloads);
    await counsellor.say(...payloads);
    await visitor.reads(...payloads, ...payloads);
    await counsellor.end();
    await counsellor.wrapUp(payloads[0]!);
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.records();
    await admin.by('reload').click();
    await admin.by('consultation-open').first().click();
    await expect(admin.by('consultation')).toContainText(payloads[0]!);
    for (const { page } of [visitor, counsellor, admin]) {
      await expect(page.locator('img, #page script, #page svg[onload], #page b')).toHaveCount(0);
    }
    expect(centre.dialogs).toEqual([]);
  });
}
