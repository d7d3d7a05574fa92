import { expect, type Centre } from '../fixture';
import type { Admin, Counsellor, Language, Person, Visitor } from '../people';
import { settleIn } from './office';
import { said } from './said';
import { at, type Look, type Seen, type Size, type Tour } from './tour';

const STAFF: readonly Size[] = ['desktop', 'phone'];

interface Scene {
  counsellor: Counsellor;
  visitor: Visitor;
  manager: Admin;
}

/** Two who talk, and a manager who looks into their room. */
async function begin(centre: Centre, language: Language): Promise<Scene> {
  const words = said(language);
  const { demo } = centre.server;
  await settleIn(centre, language, { capacity: 1 });
  const counsellor = await centre.counsellor(language, at(language));
  const visitor = await centre.visitor(language, at(language));
  await counsellor.logIn(demo.counsellor1);
  await counsellor.open();
  const number = await visitor.ask({ nickname: words.nickname });
  await counsellor.accept(number);
  await visitor.talks();
  for (const [count, [who, body]] of words.talk.slice(0, 4).entries()) {
    const [speaker, listener] = who === 'desk' ? [visitor, counsellor] : [counsellor, visitor];
    await speaker.say(body!);
    await expect(listener.by('message')).toHaveCount(count + 1);
  }
  // The counsellor has no place left: somebody waits, and the lists beside the room have something in them.
  const other = await centre.visitor(language, at(language));
  await other.ask({ topic: 'WELFARE', nickname: words.other });
  const manager = await centre.admin(language, at(language));
  await manager.logIn(demo.admin);
  await manager.by('watch-room').filter({ hasText: number }).click();
  await expect(manager.by('watch-state')).toHaveAttribute('data-state', 'WATCHING');
  await expect(manager.by('message')).toHaveCount(4);
  return { counsellor, visitor, manager };
}

const inTalk = (counsellor: Counsellor, more: Seen = {}): Seen => ({
  sizes: STAFF,
  ...more,
  before: async (size) => {
    if (size === 'phone') await counsellor.by('part-TALK').click();
  },
});

async function whisper(person: Person, body: string): Promise<void> {
  await person.by('whisper-input').fill(body);
  await person.by('whisper-send').click();
  await expect(person.by('whisper-input')).toHaveValue('');
}

/** Behind the counter: what only staff hear. */
async function whispers({ counsellor, manager }: Scene, look: Look): Promise<void> {
  const [advice, answer] = said(manager.language).whispers;
  await look(manager, 'watching', 'A manager reads along; nobody in the room is told', { sizes: STAFF, also: ['dark'] });
  await whisper(manager, advice!);
  await expect(counsellor.by('whisper')).toHaveCount(1);
  await look(counsellor, 'whisper', 'A whisper, which the visitor never sees', inTalk(counsellor, { also: ['dark', 'contrast'] }));
  await counsellor.by('voice-WHISPER').click();
  await counsellor.by('whisper-input').fill(answer!);
  await look(counsellor, 'whispering', 'The counsellor whispers back: another field, another button', inTalk(counsellor));
  await counsellor.by('whisper-send').click();
  await counsellor.by('voice-SAY').click();
  await expect(manager.by('whisper')).toHaveCount(2);
  await look(manager, 'whispered', 'Whispers stand among what was said, and cannot be taken for it');
}

/** Before the counter: the visitor is told who came in. */
async function joins({ counsellor, visitor, manager }: Scene, look: Look): Promise<void> {
  const words = said(manager.language);
  await manager.by('watch-join').click();
  await look(manager, 'join', 'Before the manager comes in: what the visitor will see');
  await manager.by('watch-join-confirm').click();
  await expect(manager.by('watch-state')).toHaveAttribute('data-state', 'JOINED');
  await manager.say(words.managerSays);
  await expect(visitor.by('message')).toHaveCount(5);
  await look(manager, 'joined', 'The manager is in the talk', { sizes: STAFF });
  await expect(visitor.by('with-manager')).toContainText(words.admin);
  await look(visitor, 'with-manager', 'The visitor sees who came in', { sizes: ['phone', 'kiosk'] });
  await expect(counsellor.by('supervisors')).toContainText(words.admin);
  await look(counsellor, 'with-supervisor', 'The counsellor is not alone', inTalk(counsellor));
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const scene = await begin(centre, language);
  const { manager } = scene;
  await whispers(scene, look);
  await joins(scene, look);
  manager.wire.cut();
  await expect(manager.by('room-connection')).toHaveAttribute('data-connection', 'RETRYING');
  await expect(manager.by('room-connection')).toHaveClass(/trouble/);
  await look(manager, 'cut', 'The network of the manager is gone');
  manager.wire.restore();
  await expect(manager.by('room-connection')).toHaveAttribute('data-connection', 'OPEN');
  await manager.by('watch-end').click();
  await manager.by('reason').fill(said(language).reason);
  await look(manager, 'end', 'Ending the talk, with a reason that is kept');
  await manager.by('end-room-confirm').click();
  await expect(manager.by('watch-ended')).toHaveAttribute('data-reason', 'ADMIN');
  await look(manager, 'ended', 'The talk is over');
  await manager.page.evaluate(() => (location.hash = '#live/00000000-0000-7000-8000-000000000000'));
  await expect(manager.by('watch-gone')).toBeVisible();
  await look(manager, 'gone', 'A room that is not there');
}

export const supervision: Tour = { name: 'supervision', title: 'Supervision: watching, whispering, joining', sizes: ['desktop'], walk };
