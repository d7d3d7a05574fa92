import { Api } from './api';
import { expect, LANGUAGES, test } from './fixture';

for (const language of LANGUAGES) {
  test(`everything by the keyboard alone, from log-in to wrap-up (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    await (await Api.as(centre.server, demo.admin)).setLine('GENERAL', { retry_s: 1 });
    const counsellor = await centre.counsellor(language);
    const { keyboard } = counsellor.page;
    await counsellor.go('/counsellor');
    await counsellor.by('login').focus();
    await keyboard.type(demo.counsellor1.login);
    await keyboard.press('Tab');
    await keyboard.type(demo.counsellor1.password);
    await keyboard.press('Enter');
    await counsellor.connected();
    const intent = counsellor.by('intent');
    await expect(intent).toHaveAttribute('data-intent', /OPEN|PAUSED/);
    if ((await intent.getAttribute('data-intent')) === 'OPEN') await keyboard.press('Alt+o');
    await expect(intent).toHaveAttribute('data-intent', 'PAUSED');
    await keyboard.press('o');
    await expect(intent).toHaveAttribute('data-intent', 'OPEN');

    const visitor = await centre.visitor(language);
    const number = await visitor.ask({ nickname: 'Ji-woo' });
    const offer = counsellor.offer(number);
    const declined = (await offer.getAttribute('data-offer'))!;
    await keyboard.press('x');
    // A lone counsellor is asked again (R7), by an offer of its own.
    await expect(offer).not.toHaveAttribute('data-offer', declined);
    await keyboard.press('a');
    await expect(counsellor.by('say-input')).toBeFocused();
    await keyboard.type('hello');
    await keyboard.press('Shift+Enter');
    await keyboard.type('a x e ?');
    await keyboard.press('Enter');
    await visitor.reads('hello\na x e ?');

    await keyboard.press('Alt+n');
    await expect(counsellor.by('notes')).toBeFocused();
    await keyboard.type('asked about a form');
    await keyboard.press('Alt+m');
    await expect(counsellor.by('say-input')).toBeFocused();
    await keyboard.press('Alt+/');
    await expect(counsellor.by('help')).toBeVisible();
    await keyboard.press('Escape');
    await expect(counsellor.by('help')).toHaveCount(0);
    await expect(counsellor.by('say-input')).toBeFocused();

    await keyboard.press('Alt+e');
    await expect(counsellor.by('end-confirm')).toBeVisible();
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect(counsellor.by('wrap-up-code')).toBeFocused();
    await expect(counsellor.by('wrap-up-memo')).toHaveValue('asked about a form');
    await expect(counsellor.by('wrap-up-code').locator('option').nth(1)).toBeAttached();
    await keyboard.press('ArrowDown');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await expect(counsellor.by('wrap-up-send')).toBeFocused();
    await keyboard.press('Enter');
    await expect(counsellor.by('room-tab')).toHaveCount(0);
    await keyboard.press('Alt+h');
    await expect(counsellor.by('history-q')).toBeFocused();
    await expect(counsellor.by('past').filter({ hasText: number })).toContainText('asked about a form');
  });
}

test('hands faster than the screen lose no letter, and no key', async ({ centre }) => {
  const counsellor = await centre.counsellor('en');
  // The screen of a slow machine: nothing is drawn before everything below was typed.
  await counsellor.page.addInitScript(() => {
    window.requestAnimationFrame = (draw) => window.setTimeout(() => draw(performance.now()), 90);
  });
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.open();
  const visitor = await centre.visitor('en');
  await counsellor.accept(await visitor.ask());
  await expect(counsellor.by('say-input')).toBeFocused();
  const { keyboard } = counsellor.page;
  // Each key goes down before the one before it is up, as fast typing does.
  const roll = (...keys: string[]) => Promise.all(keys.map((key) => keyboard.press(key)));
  const said = ['one', 'two', 'three'];
  await roll(...said.flatMap((body) => [...body, 'Enter']));
  await visitor.reads(...said);
  await expect(counsellor.by('say-input')).toHaveValue('');

  await counsellor.by('end').click();
  await counsellor.by('end-confirm').click();
  await expect(counsellor.by('wrap-up-code')).toBeFocused();
  await expect(counsellor.by('wrap-up-code').locator('option').nth(1)).toBeAttached();
  await roll('ArrowDown', 'Tab', 'x', 'y', 'Tab', 'Enter');
  await expect(counsellor.by('room-tab')).toHaveCount(0);
  await keyboard.press('Alt+h');
  await expect(counsellor.by('past')).toContainText('xy');
});

test('a canned reply by the keyboard, with its places filled in', async ({ centre }) => {
  const { demo } = centre.server;
  const admin = await Api.as(centre.server, demo.admin);
  const own = await Api.as(centre.server, demo.counsellor1);
  const reply = (shortcut: string, body: string, shared: boolean) => ({ shortcut, body, language: 'ko', shared });
  await admin.call('POST', '/canned-replies', reply('hello', '{visitor}님 안녕하세요, {line} 상담사 {counsellor}입니다.', true));
  await own.call('POST', '/canned-replies', reply('wait', '확인하는 동안 잠시만 기다려 주세요.', false));
  await own.call('POST', '/canned-replies', reply('신분증', '신분증을 준비해 주세요. 번호는 {number}번입니다.', false));
  const { counsellor, visitor, number } = await centre.talk('ko', { nickname: '하은' });
  await expect(counsellor.by('say-input')).toBeFocused();
  const { keyboard } = counsellor.page;
  await keyboard.type('/');
  await expect(counsellor.by('suggestion')).toHaveCount(3);
  await keyboard.press('ArrowDown');
  await expect(counsellor.by('suggestion').nth(1)).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('Escape');
  await expect(counsellor.by('suggestions')).toHaveCount(0);
  await keyboard.type('he');
  await expect(counsellor.by('suggestion')).toHaveCount(1);
  await keyboard.press('Tab');
  await expect(counsellor.by('say-input')).toHaveValue('하은님 안녕하세요, 일반 상담 상담사 김상담입니다.');
  await keyboard.press('Enter');
  await expect(counsellor.by('say-input')).toHaveValue('');
  // The first takes the reply, the second says it.
  await keyboard.type('/신분증');
  await Promise.all([keyboard.press('Enter'), keyboard.press('Enter')]);
  await visitor.reads('하은님 안녕하세요, 일반 상담 상담사 김상담입니다.', `신분증을 준비해 주세요. 번호는 ${number}번입니다.`);
});
