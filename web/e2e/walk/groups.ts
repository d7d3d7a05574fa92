import { expect, type Centre } from '../fixture';
import type { Counsellor, Language, Person, Visitor } from '../people';
import { settleIn } from './office';
import { said } from './said';
import { at, type Look, type Seen, type Size, type Tour } from './tour';

const STAFF: readonly Size[] = ['desktop', 'phone'];
const GUESTS: Seen = { sizes: ['phone', 'desktop'] };

/** From a list with nothing in it to a link on paper. Returns where the link leads. */
async function opens(counsellor: Counsellor, look: Look): Promise<string> {
  const words = said(counsellor.language);
  await counsellor.by('to-groups').click();
  await expect(counsellor.by('groups-none')).toBeVisible();
  await look(counsellor, 'none', 'No group room yet');
  await counsellor.by('group-new').click();
  await counsellor.by('group-title').fill(words.group[0]!);
  await counsellor.by('group-info').fill(words.group[1]!);
  await look(counsellor, 'new', 'A new group room', { sizes: STAFF });
  await counsellor.by('group-make').click();
  await expect(counsellor.by('qr')).toBeVisible();
  await look(counsellor, 'share', 'Its link, for a mail, a poster or a camera', { sizes: STAFF, also: ['dark'] });
  const link = new URL(await counsellor.by('group-link').inputValue());
  await counsellor.by('group-share-done').click();
  await expect(counsellor.by('group-row')).toBeVisible();
  await look(counsellor, 'list', 'The group rooms there are', { sizes: STAFF });
  return link.pathname + link.hash;
}

async function comesIn(guest: Visitor, path: string, nickname: string): Promise<void> {
  await guest.go(path);
  await guest.by('guest-nickname').fill(nickname);
  await guest.by('guest-join').click();
  await expect(guest.by('guest-room')).toBeVisible();
}

const note = (guest: Visitor, stage: string) => expect(guest.by('guest-note')).toHaveAttribute('data-stage', stage);

/** All that is said, heard by each before the next speaks. */
async function talk(people: Readonly<Record<string, Person>>, lines: ReadonlyArray<readonly string[]>): Promise<void> {
  for (const [count, [who, body]] of lines.entries()) {
    await people[who!]!.say(body!);
    for (const each of Object.values(people)) await expect(each.by('message')).toHaveCount(count + 1);
  }
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const words = said(language);
  const { demo } = centre.server;
  await settleIn(centre, language);
  const counsellor = await centre.counsellor(language, at(language));
  await counsellor.logIn(demo.counsellor1);
  const path = await opens(counsellor, look);
  await counsellor.by('group-open').click();
  await expect(counsellor.by('group-room')).toBeVisible();

  const first = await centre.visitor(language, at(language));
  const second = await centre.visitor(language, at(language));
  await first.go(path);
  await expect(first.by('door')).toContainText(words.group[0]!);
  await look(first, 'door', 'The door: what the room is, and how one wants to be known', { ...GUESTS, also: ['dark', 'contrast'] });
  await first.by('guest-join').click();
  await expect(first.by('nickname-fault')).not.toBeEmpty();
  await look(first, 'door-fault', 'A name is needed', GUESTS);
  await first.by('guest-nickname').fill(words.guests[0]!);
  await first.by('guest-join').click();
  await expect(first.by('guest-room')).toBeVisible();
  await comesIn(second, path, words.guests[1]!);
  await talk({ counsellor, first, second }, words.groupTalk);
  await look(first, 'guest-talk', 'A guest in the talk', { ...GUESTS, also: ['dark'] });
  await look(counsellor, 'talk', 'The talk, as staff see it', { sizes: STAFF, also: ['dark'] });
  await counsellor.by('group-edit').click();
  await look(counsellor, 'edit', 'What the room is called, and its picture');
  await counsellor.page.keyboard.press('Escape');

  await first.cut();
  await first.saysLost();
  await first.say(words.lateWord);
  await look(first, 'guest-cut', 'The network is gone: what was said waits to be sent', GUESTS);
  await first.restore();
  await second.by('guest-leave').click();
  await look(second, 'guest-leave', 'Before leaving', GUESTS);
  await second.by('guest-leave-confirm').click();
  await note(second, 'LEFT');
  await look(second, 'guest-left', 'After leaving nothing of it is on the device', GUESTS);
  await second.page.reload();
  await note(second, 'NO_LINK');
  await look(second, 'guest-no-link', 'The page without a link', GUESTS);

  const manager = await centre.admin(language, at(language));
  await manager.logIn(demo.admin);
  await manager.opens('groups');
  await expect(manager.by('group-row')).toBeVisible();
  await look(manager, 'manager', 'The group rooms on the admin page', { sizes: STAFF });
  await counsellor.by('group-end').click();
  await look(counsellor, 'end', 'Before the room ends for everybody');
  await counsellor.by('group-end-confirm').click();
  await expect(counsellor.by('group-ended')).toBeVisible();
  await look(counsellor, 'ended', 'The room has ended');
  await expect(first.by('guest-over')).toBeVisible();
  await look(first, 'guest-over', 'A guest reads on after the end, and wipes the device', GUESTS);
  await second.go(path);
  await note(second, 'DEAD');
  await look(second, 'guest-dead', 'A link whose room has ended', GUESTS);
}

export const groups: Tour = { name: 'groups', title: 'Group rooms, and their guests', sizes: ['desktop'], walk };
