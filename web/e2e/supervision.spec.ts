import { isAccessible } from './axe';
import { expect, either, LANGUAGES, test, type Centre } from './fixture';
import type { Admin, Counsellor, Language, Person, Visitor } from './people';

test.setTimeout(240_000);

interface Scene {
  counsellor: Counsellor;
  visitor: Visitor;
  manager: Admin;
  number: string;
}

/** A visitor and a counsellor who talk, and a manager who looks into their room. */
async function watched(centre: Centre, language: Language): Promise<Scene> {
  const { demo } = centre.server;
  const { counsellor, visitor, number } = await centre.talk(language, { nickname: 'Min-jun' });
  const manager = await centre.admin(language);
  await counsellor.say('How can I help?');
  await visitor.say('I moved house.');
  await manager.logIn(demo.admin);
  await manager.by('watch-room').filter({ hasText: number }).click();
  await watches(manager);
  return { counsellor, visitor, manager, number };
}

const watches = (manager: Admin) => expect(manager.by('watch-state')).toHaveAttribute('data-state', 'WATCHING');

async function whisper(person: Person, body: string): Promise<void> {
  await person.by('whisper-input').fill(body);
  await person.by('whisper-send').click();
  await expect(person.by('whisper-input')).toHaveValue('');
}

/** All whispers, in order, all of them stored. */
async function hearsWhispers(person: Person, ...bodies: string[]): Promise<void> {
  await expect(person.by('whisper').locator('.whisper-body')).toHaveText(bodies);
  await expect(person.page.locator('[data-testid="whisper"][data-state="PENDING"]')).toHaveCount(0);
}

async function join(manager: Admin): Promise<void> {
  await manager.by('watch-join').click();
  await manager.by('watch-join-confirm').click();
  await expect(manager.by('watch-state')).toHaveAttribute('data-state', 'JOINED');
}

/** Nothing of it reached the visitor's page, shown or not. */
async function knowsNothingOf(visitor: Visitor, ...secrets: string[]): Promise<void> {
  const html = await visitor.page.content();
  for (const secret of secrets) expect(html).not.toContain(secret);
}

for (const language of LANGUAGES) {
  test(`a manager watches, whispers, joins, leaves and ends (${language})`, async ({ centre }) => {
    const { counsellor, visitor, manager, number } = await watched(centre, language);
    const name = await manager.by('to-account').innerText();
    await manager.reads('How can I help?', 'I moved house.');
    await expect(visitor.by('with-manager')).toBeEmpty();
    await isAccessible(manager);

    await whisper(manager, 'Ask for the date.');
    await hearsWhispers(counsellor, 'Ask for the date.');
    await isAccessible(counsellor);
    await counsellor.by('say-input').fill('/w I will');
    await expect(counsellor.by('voices')).toHaveAttribute('data-voice', 'WHISPER');
    await expect(counsellor.by('whisper-input')).toBeFocused();
    await isAccessible(counsellor);
    await counsellor.page.keyboard.press('Enter');
    await hearsWhispers(counsellor, 'Ask for the date.', 'I will');
    await hearsWhispers(manager, 'Ask for the date.', 'I will');
    await counsellor.page.keyboard.press('Escape');
    await counsellor.say('When was that?');
    await visitor.reads('How can I help?', 'I moved house.', 'When was that?');

    await manager.by('watch-join').click();
    await isAccessible(manager);
    await manager.by('watch-join-confirm').click();
    await expect(visitor.by('with-manager')).toContainText(name);
    await expect(counsellor.by('supervisors')).toContainText(name);
    await isAccessible(visitor);
    await manager.say('I am here too.');
    await visitor.reads('How can I help?', 'I moved house.', 'When was that?', 'I am here too.');
    await isAccessible(manager);
    await manager.by('voice-WHISPER').click();
    await whisper(manager, 'Well done.');
    await hearsWhispers(counsellor, 'Ask for the date.', 'I will', 'Well done.');

    await manager.by('watch-leave').click();
    await watches(manager);
    await expect(visitor.by('with-manager')).toBeEmpty();
    await expect(counsellor.by('supervisors')).toBeEmpty();
    await expect(manager.by('say-input')).toHaveCount(0);
    await knowsNothingOf(visitor, 'Ask for the date.', 'I will', 'Well done.');

    await manager.by('watch-end').click();
    await manager.by('reason').fill('closing time');
    await manager.by('end-room-confirm').click();
    await expect(manager.by('watch-ended')).toHaveAttribute('data-reason', 'ADMIN');
    await expect(manager.by('told')).toContainText(number);
    await expect(visitor.by('ended')).toHaveAttribute('data-reason', 'ADMIN');
    await expect(counsellor.by('ended')).toHaveAttribute('data-reason', 'ADMIN');
    await isAccessible(manager);
  });
}

test('whatever keys come, what begins as a whisper is never said to the visitor', async ({ centre }) => {
  const { counsellor, visitor, manager } = await watched(centre, 'en');
  const { keyboard } = counsellor.page;
  await counsellor.by('say-input').click();
  await keyboard.type('/w typed by hand');
  await keyboard.press('Enter');
  // The mode stays: the next words are not said aloud by accident.
  await keyboard.type('and the next');
  await keyboard.press('Enter');
  await hearsWhispers(manager, 'typed by hand', 'and the next');
  await keyboard.type('half a whisper');
  await keyboard.press('Escape');
  await expect(counsellor.by('say-input')).toHaveValue('');
  await expect(counsellor.by('voice-audience')).toContainText('Min-jun');
  await keyboard.type('/w');
  await keyboard.press('Enter');
  await expect(counsellor.by('whisper-input')).toHaveValue('half a whisper');
  await keyboard.press('Alt+m');
  await expect(counsellor.by('say-input')).toBeFocused();
  await keyboard.press('Alt+s');
  await expect(counsellor.by('whisper-input')).toBeFocused();
  await keyboard.press('Escape');
  await counsellor.say('out loud');
  await visitor.reads('How can I help?', 'I moved house.', 'out loud');
  await knowsNothingOf(visitor, 'typed by hand', 'and the next', 'half a whisper');
});

test('a whisper in a room behind is counted, and read once the room is in front', async ({ centre }) => {
  const { counsellor, manager } = await watched(centre, 'ko');
  const second = await centre.visitor('ko');
  const number = await second.ask({ nickname: 'Seo-yeon' });
  await counsellor.accept(number);
  await second.talks();
  await whisper(manager, 'behind');
  await expect(counsellor.by('unread')).toContainText('1');
  await expect(counsellor.page).toHaveTitle(/^\(1\)/);
  await counsellor.by('room-tab').filter({ has: counsellor.by('unread') }).click();
  await expect(counsellor.by('unread')).toHaveCount(0);
  await hearsWhispers(counsellor, 'behind');
});

for (const language of either('en')) {
  test(`a lost connection loses nothing a supervisor said or missed (${language})`, async ({ centre }) => {
    const { counsellor, visitor, manager } = await watched(centre, language);
    await join(manager);
    manager.wire.cut();
    await expect(manager.by('room-connection')).toHaveAttribute('data-connection', 'RETRYING');
    await isAccessible(manager);
    await manager.say('said in the dark');
    await manager.by('voice-WHISPER').click();
    await manager.by('whisper-input').fill('whispered in the dark');
    await manager.by('whisper-send').click();
    await visitor.say('meanwhile');
    manager.wire.restore();
    await expect(manager.by('room-connection')).toHaveAttribute('data-connection', 'OPEN');
    await manager.reads('How can I help?', 'I moved house.', 'meanwhile', 'said in the dark');
    await visitor.reads('How can I help?', 'I moved house.', 'meanwhile', 'said in the dark');
    await hearsWhispers(counsellor, 'whispered in the dark');
    counsellor.wire.cut();
    await expect(counsellor.by('connection')).toHaveAttribute('data-connection', 'RETRYING');
    await whisper(manager, 'while you were away');
    counsellor.wire.restore();
    await hearsWhispers(counsellor, 'whispered in the dark', 'while you were away');
    await knowsNothingOf(visitor, 'whispered in the dark', 'while you were away');
  });
}

test('the room stands in the address: reload and the back button do what they say', async ({ centre }) => {
  const { manager } = await watched(centre, 'ko');
  await manager.page.reload();
  await watches(manager);
  await manager.reads('How can I help?', 'I moved house.');
  await manager.page.goBack();
  await expect(manager.by('watch')).toHaveCount(0);
  await manager.page.goForward();
  await watches(manager);
  await manager.by('watch-shut').click();
  await expect(manager.by('watch')).toHaveCount(0);
});

test('after a hand-over the supervisor is in the next room, with all that was said', async ({ centre }) => {
  const { counsellor, visitor, manager } = await watched(centre, 'en');
  const successor = await centre.counsellor('en');
  await successor.logIn(centre.server.demo.counsellor2);
  await successor.open();
  const before = await manager.by('watch').getAttribute('data-room');
  await manager.by('whisper-input').fill('half written');
  await counsellor.by('transfer').click();
  await counsellor.by('transfer-choice').getByRole('radio').first().check();
  await counsellor.by('transfer-send').click();
  await successor.by('accept').click();
  await expect(manager.by('watch')).not.toHaveAttribute('data-room', before!);
  await watches(manager);
  await expect(manager.by('whisper-input')).toHaveValue('half written');
  await visitor.say('Hello again.');
  await manager.reads('How can I help?', 'I moved house.', 'Hello again.');
  await manager.by('whisper-send').click();
  await hearsWhispers(successor, 'half written');
});

test('a room that is not there is told calmly', async ({ centre }) => {
  const manager = await centre.admin('ko');
  await manager.logIn(centre.server.demo.admin);
  await manager.page.evaluate(() => (location.hash = '#live/00000000-0000-7000-8000-000000000000'));
  await expect(manager.by('watch-gone')).toBeVisible();
  await isAccessible(manager);
});
