import type { Page } from '@playwright/test';

import { expect, test } from './fixture';

/** Does what the translator of a browser does: each text goes, and an element of the translator's stands in its place. */
async function translate(page: Page): Promise<void> {
  await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      const parent = text.parentElement!;
      if (text.data.trim() === '' || ['FONT', 'SCRIPT', 'STYLE', 'TEXTAREA'].includes(parent.nodeName)) continue;
      const font = document.createElement('font');
      font.append(Object.assign(document.createElement('font'), { textContent: text.data }));
      parent.insertBefore(font, text);
      parent.removeChild(text);
    }
  });
}

test.beforeEach(() => test.slow());

test('a visit, a talk and the live screen stay true while their browsers translate them', async ({ centre }) => {
  const { demo } = centre.server;
  const [visitor, other, counsellor, admin] = [
    await centre.visitor('ko'),
    await centre.visitor('ko'),
    await centre.counsellor('ko'),
    await centre.admin('ko'),
  ];
  const faults: string[] = [];
  for (const { page } of [visitor, counsellor, admin]) page.on('pageerror', (error) => faults.push(error.message));
  await counsellor.logIn(demo.counsellor1);
  await admin.logIn(demo.admin);
  const first = await other.ask();
  await visitor.arrive();
  await visitor.isFree();
  await translate(visitor.page);
  await visitor.fill({ nickname: '하은' });
  await translate(visitor.page);
  await visitor.by('request').click();
  const number = await visitor.number();
  await visitor.standsAt(number, 1);
  await expect(visitor.by('ahead')).toHaveText('앞에 1명');
  for (const { page } of [visitor, counsellor, admin]) await translate(page);
  await other.by('cancel').click();
  await other.by('cancel-confirm').click();
  await expect(visitor.by('ahead')).toHaveText('다음 차례입니다');
  await expect(admin.by('ticket-row')).toHaveCount(1);
  await expect(admin.by('ticket-row')).toContainText(number);
  await expect(admin.by('ticket-row')).not.toContainText(first);
  await counsellor.open();
  await expect(counsellor.by('intent')).toHaveText('상담 받는 중');
  await counsellor.isOffered(number);
  await translate(counsellor.page);
  await counsellor.accept(number);
  await visitor.talks();
  for (const { page } of [visitor, counsellor, admin]) await translate(page);
  await visitor.say('하나');
  await translate(counsellor.page);
  await counsellor.say('둘');
  for (const person of [visitor, counsellor]) await person.reads('하나', '둘');
  await translate(visitor.page);
  await visitor.end();
  await translate(counsellor.page);
  await counsellor.wrapUp('끝');
  await expect(admin.by('room-row')).toHaveCount(0);
  expect(faults).toEqual([]);
});

test('every other page stays true, too', async ({ centre }) => {
  const admin = await centre.admin('ko');
  const faults: string[] = [];
  admin.page.on('pageerror', (error) => faults.push(`${admin.page.url()}: ${error.message}`));
  for (const path of ['/display', '/signup', '/reset', '/verify', '/setup', '/room', '/account', '/counsellor', '/admin']) {
    await admin.page.goto(admin.wire.origin + path);
    await expect(admin.page.locator('#page h1').first()).toBeAttached();
    await translate(admin.page);
    if (path === '/display') continue; // Nobody touches a wall: it changes its language by itself.
    // Every word changes: none of the last language may stay.
    await admin.by('lang-en').click();
    await expect(admin.page.locator('html')).toHaveAttribute('lang', 'en');
    const words = async () => (await admin.page.locator('#page').innerText()).replace('한국어', '');
    await expect.poll(words, { message: path }).not.toMatch(/[가-힣]/);
    await admin.by('lang-ko').click();
    await expect(admin.page.locator('html')).toHaveAttribute('lang', 'ko');
  }
  await admin.enters(centre.server.demo.admin);
  await admin.connected();
  for (const section of ['consultations', 'statistics', 'accounts', 'desks', 'lines', 'codes', 'notices', 'replies', 'audit', 'servers', 'try', 'groups']) {
    await translate(admin.page);
    await admin.opens(section);
  }
  expect(faults).toEqual([]);
});
