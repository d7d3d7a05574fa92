import { isAccessible } from './axe';
import { expect, LANGUAGES, test, type Centre } from './fixture';
import type { Counsellor, Language, Person, Visitor } from './people';

test.setTimeout(240_000);

const SEATS = 50;

/** Drawn by the page itself, so that it is a picture any server takes apart. */
async function aPicture({ page }: Person): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1200, height: 800 });
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = '#17695d';
    pen.fillRect(100, 100, 900, 500);
    return canvas.toDataURL('image/png');
  });
  return Buffer.from(url.split(',')[1]!, 'base64');
}

/** A counsellor with a new group room; where its link leads. */
async function opened(centre: Centre, language: Language): Promise<{ counsellor: Counsellor; path: string }> {
  const counsellor = await centre.counsellor(language);
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.by('to-groups').click();
  await expect(counsellor.by('groups-none')).toBeVisible();
  await counsellor.by('group-new').click();
  await counsellor.by('group-title').fill('Open evening');
  await counsellor.by('group-info').fill('All about applying.');
  await counsellor.by('group-make').click();
  const link = counsellor.by('group-link');
  await expect(link).toHaveValue(/\/room#/);
  await expect(counsellor.by('qr')).toBeVisible();
  const path = `/room${new URL(await link.inputValue()).hash}`;
  await isAccessible(counsellor);
  await counsellor.by('group-share-done').click();
  await isAccessible(counsellor);
  return { counsellor, path };
}

async function goesIn(counsellor: Counsellor): Promise<void> {
  await counsellor.by('group-open').click();
  await expect(counsellor.by('group-room')).toBeVisible();
}

/** Comes by the link, with a name, and goes in. */
async function arrives(guest: Visitor, path: string, nickname: string): Promise<void> {
  await guest.go(path);
  await expect(guest.by('door')).toContainText('Open evening');
  await guest.by('guest-nickname').fill(nickname);
  await guest.by('guest-join').click();
  await expect(guest.by('guest-room')).toBeVisible();
}

const there = (person: Person, count: number) =>
  expect(person.by('members-count')).toHaveAttribute('data-count', String(count));

const note = (guest: Visitor, stage: string) => expect(guest.by('guest-note')).toHaveAttribute('data-stage', stage);

for (const language of LANGUAGES) {
  test(`two guests and a counsellor talk; one leaves, and the room ends (${language})`, async ({ centre }) => {
    const { counsellor, path } = await opened(centre, language);
    await goesIn(counsellor);
    const first = await centre.visitor(language, { viewport: { width: 390, height: 844 } });
    const second = await centre.visitor(language);

    await first.go(path);
    await expect(first.page).toHaveURL(/\/room$/);
    await first.by('guest-nickname').fill('Min-jun');
    await first.by('picture-file').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: await aPicture(first) });
    await expect(first.by('picture-none')).toBeVisible();
    await isAccessible(first);
    await first.by('guest-join').click();
    await arrives(second, path, 'Sophie');
    await there(counsellor, 3);
    await there(second, 3);
    await expect(second.by('group-member').filter({ hasText: 'Min-jun' }).locator('img')).toBeVisible();
    await isAccessible(counsellor);
    await isAccessible(first);
    await isAccessible(second);

    await counsellor.say('Welcome.');
    await first.reads('Welcome.');
    await first.say('When can we apply?');
    await second.reads('Welcome.', 'When can we apply?');
    await second.say('And where?');
    for (const person of [counsellor, first, second]) await person.reads('Welcome.', 'When can we apply?', 'And where?');

    await first.page.reload();
    await first.reads('Welcome.', 'When can we apply?', 'And where?');
    await there(second, 3);

    await counsellor.by('group-edit').click();
    await counsellor.by('group-title').fill('Second evening');
    await isAccessible(counsellor);
    await counsellor.by('group-save').click();
    await expect(second.page.getByRole('heading', { name: 'Second evening' })).toBeVisible();

    await second.by('guest-leave').click();
    await isAccessible(second);
    await second.by('guest-leave-confirm').click();
    await note(second, 'LEFT');
    await isAccessible(second);
    expect(await second.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('anteroom.guest');
    expect(await second.page.content()).not.toContain('Welcome.');
    await second.page.reload();
    await note(second, 'NO_LINK');
    await there(counsellor, 2);

    await counsellor.by('group-end').click();
    await counsellor.by('group-end-confirm').click();
    await expect(counsellor.by('group-ended')).toBeVisible();
    await expect(first.by('guest-over')).toBeVisible();
    await isAccessible(first);
    await first.by('guest-wipe').click();
    await note(first, 'LEFT');
    await second.go(path);
    await note(second, 'DEAD');
    await isAccessible(second);
    await counsellor.by('group-back').click();
    await expect(counsellor.by('groups-none')).toBeVisible();
  });

  test(`a guest whose network goes away loses nothing (${language})`, async ({ centre }) => {
    const { counsellor, path } = await opened(centre, language);
    await goesIn(counsellor);
    const guest = await centre.visitor(language);
    await arrives(guest, path, 'Min-jun');
    await there(counsellor, 2);
    await guest.cut();
    await isAccessible(guest);
    await guest.say('said in the dark');
    await counsellor.say('meanwhile');
    await guest.restore();
    await guest.reads('meanwhile', 'said in the dark');
    await counsellor.reads('meanwhile', 'said in the dark');
    await counsellor.cut();
    await guest.say('and again');
    await counsellor.restore();
    await counsellor.reads('meanwhile', 'said in the dark', 'and again');
    await there(guest, 2);
  });
}

test('names are asked for in words, and a link that leads nowhere says what to do', async ({ centre }) => {
  const { path } = await opened(centre, 'en');
  const guest = await centre.visitor('en');
  await guest.go('/room');
  await note(guest, 'NO_LINK');
  await guest.go(`${path}x`);
  await note(guest, 'DEAD');
  await guest.go(path);
  await guest.by('guest-join').click();
  await expect(guest.by('nickname-fault')).not.toBeEmpty();
  await guest.by('guest-nickname').fill('a name that is far too long');
  await expect(guest.by('nickname-fault')).toContainText('20');
  await guest.by('picture-file').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
  await expect(guest.by('picture-trouble')).not.toBeEmpty();
  await expect(guest.by('guest-nickname')).toHaveValue('a name that is far too long');
  await isAccessible(guest);
  await guest.by('guest-nickname').fill('Sophie');
  await guest.by('guest-join').click();
  await expect(guest.by('guest-room')).toBeVisible();
});

test('a full room says so, and lets somebody in when a seat is free', async ({ centre }) => {
  const { path } = await opened(centre, 'ko');
  const crowd = await centre.visitor('ko');
  const guest = await centre.visitor('ko');
  await crowd.go('/room');
  const [room, key] = new URL(path, 'http://x').hash.slice(1).split('.');
  await crowd.page.evaluate(
    async ({ room, key, seats }) => {
      const sit = (index: number) =>
        new Promise<WebSocket>((done, fail) => {
          const url = `${location.origin.replace('http', 'ws')}/ws/room?${new URLSearchParams({ room: room!, key: key! })}`;
          const socket = new WebSocket(url, 'anteroom.v1');
          socket.onopen = () => socket.send(JSON.stringify({ type: 'join', room, nickname: `guest ${index}` }));
          socket.onmessage = ({ data }) => String(data).includes('"seated"') && done(socket);
          socket.onclose = () => fail(new Error(`seat ${index} was refused`));
        });
      const sockets: WebSocket[] = [];
      for (let index = 0; index < seats; index += 1) sockets.push(await sit(index));
      Object.assign(window, { sockets });
    },
    { room, key, seats: SEATS },
  );
  await guest.go(path);
  await expect(guest.by('door-full')).toBeVisible();
  await isAccessible(guest);
  await crowd.page.evaluate((id) => {
    const [first] = (window as unknown as { sockets: WebSocket[] }).sockets;
    first!.onclose = null;
    first!.send(JSON.stringify({ type: 'leave', room: id }));
  }, room);
  await expect(async () => {
    await guest.by('door-again').click();
    await expect(guest.by('guest-nickname')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await guest.by('guest-nickname').fill('Last');
  await guest.by('guest-join').click();
  await there(guest, SEATS);
});

test('a manager ends the room of a counsellor from the admin page', async ({ centre }) => {
  const { counsellor } = await opened(centre, 'en');
  await goesIn(counsellor);
  const manager = await centre.admin('en');
  await manager.logIn(centre.server.demo.admin);
  await manager.opens('groups');
  await manager.by('group-open').click();
  await there(counsellor, 2);
  await manager.say('Closing now.');
  await counsellor.reads('Closing now.');
  await isAccessible(manager);
  await manager.by('group-end').click();
  await manager.by('group-end-confirm').click();
  await expect(manager.by('group-ended')).toBeVisible();
  await expect(counsellor.by('group-ended')).toBeVisible();
});

for (const [language, counsellorIs] of [['ko', '상담사'], ['en', 'Counsellor']] as const) {
  test(`a guest does not pass for one of the staff (${language})`, async ({ centre }) => {
    const { counsellor, path } = await opened(centre, language);
    await goesIn(counsellor);
    const guest = await centre.visitor(language);
    await guest.go(path);
    for (const taken of ['김상담', ' 김 상담 ', '김\u200B상담']) {
      await guest.by('guest-nickname').fill(taken);
      await guest.by('guest-join').click();
      await expect(guest.by('nickname-fault')).not.toBeEmpty();
      await expect(guest.by('guest-nickname')).toHaveValue(taken);
    }
    await guest.by('guest-nickname').fill('\u3164');
    await guest.by('guest-join').click();
    await expect(guest.by('guest-nickname')).toBeFocused();
    // What a mark looks like may be typed; what it is may not.
    const pretender = `박상담 · ${counsellorIs}`;
    await guest.by('guest-nickname').fill(pretender);
    await guest.by('guest-join').click();
    await expect(guest.by('guest-room')).toBeVisible();
    for (const each of [guest, counsellor]) {
      const marked = each.by('group-member').filter({ has: each.page.getByTestId('staff-mark') });
      await expect(marked).toHaveCount(1);
      await expect(marked).toContainText('김상담');
      await expect(marked.getByTestId('staff-mark')).toHaveText(counsellorIs);
      await expect(each.by('group-member').filter({ hasText: pretender }).getByTestId('staff-mark')).toHaveCount(0);
    }
    await counsellor.say('안녕하세요');
    await expect(guest.by('message').getByTestId('staff-mark')).toHaveText(counsellorIs);
    await guest.say('네');
    await expect(counsellor.by('message').filter({ hasText: pretender }).getByTestId('staff-mark')).toHaveCount(0);
    await isAccessible(guest);
  });
}
