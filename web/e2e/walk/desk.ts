import { Stand } from '../contract';
import { expect, type Centre } from '../fixture';
import type { Language, Person, Visitor } from '../people';
import { OFFICE, StagedOffice } from '../staged-office';
import { said } from './said';
import { ringsLong, type Look, type Tour } from './tour';

const QUIET_MS = 60_000;

/** The start page of an office that is busy, about to stop, closed, out of reach. */
async function start(centre: Centre, language: Language, look: Look): Promise<void> {
  const visitor = await centre.visitor(language);
  const office = await StagedOffice.on(visitor.page, { ...OFFICE, name: said(language).office });
  await visitor.arrive();
  await expect(visitor.by('line-GENERAL')).toHaveAttribute('data-waiting', '3');
  await look(visitor, 'start', 'The lines, how many wait and how long that may take', { also: ['dark', 'contrast'] });
  await office.isNow({ ...OFFICE, draining: true });
  await expect(visitor.by('office-line')).toHaveText(/\S/);
  await look(visitor, 'draining', 'The server is about to stop; one may ask all the same');
  await office.isNow({ ...OFFICE, lines: OFFICE.lines.map((line) => ({ ...line, open: false, opens_at: '2026-11-24T00:00:00Z' })) });
  await expect(visitor.by('line-GENERAL')).toBeDisabled();
  await look(visitor, 'closed', 'Outside the opening hours');
  await office.isNow(OFFICE);
  await office.isLost();
  await expect(visitor.by('office-line')).toHaveText(/\S/);
  await look(visitor, 'offline', 'Out of reach of the server');
}

/** Somebody walked away from a form. */
async function forgotten(centre: Centre, language: Language, look: Look): Promise<void> {
  const visitor = await centre.visitor(language);
  await visitor.page.clock.install();
  await visitor.page.goto(`${visitor.wire.origin}/desk?kiosk&lang=${language}`);
  await visitor.fill({ nickname: said(language).nickname, note: said(language).note });
  await visitor.page.clock.fastForward(QUIET_MS);
  await expect(visitor.by('still-there')).toBeVisible();
  await look(visitor, 'still-there', 'Nobody touched the kiosk for a minute', { sizes: ['kiosk'] });
}

async function says(lines: ReadonlyArray<readonly string[]>, people: Record<string, Person>): Promise<void> {
  let count = 0;
  for (const [who, body] of lines) {
    await people[who!]!.say(body!);
    count += 1;
    for (const each of Object.values(people)) await expect(each.by('message')).toHaveCount(count);
  }
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const words = said(language);
  await start(centre, language, look);
  await forgotten(centre, language, look);

  await ringsLong(centre, 'GENERAL');
  const counsellor = await centre.counsellor(language);
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.pause();
  const visitor: Visitor = await centre.visitor(language);
  const stand = await Stand.between(visitor.page, [], 'desk');
  await visitor.arrive();
  await visitor.fill();
  await look(visitor, 'privacy', 'What is kept, who sees it, and one button', { also: ['dark'] });
  await visitor.by('tell').click();
  await visitor.by('nickname').fill(words.nickname);
  await visitor.by('note').fill(words.note);
  await look(visitor, 'details', 'Who likes to says a name and the matter first');
  await visitor.by('request').click();
  const number = await visitor.number();

  const other = await centre.visitor(language);
  const beside = await Stand.between(other.page, [], 'desk');
  await other.arriveAt(centre.server.demo.desk);
  await other.fill({ nickname: words.other });
  await other.by('request').click();
  await expect(other.by('ahead')).toHaveAttribute('data-ahead', '1');
  // As it is told where the line has people who serve it.
  beside.says({ ...beside.last('waiting'), eta_s: [150, 400] });
  await expect(other.by('eta')).toContainText('7');
  await look(other, 'waiting', 'The number, the place in the line and an honest range', { also: ['dark', 'contrast'] });
  await other.by('cancel').click();
  await look(other, 'cancel', 'Before giving the place up');
  await other.by('cancel-confirm').click();
  await expect(other.by('closed-reason')).toBeVisible();
  await look(other, 'cancelled', 'The request is taken back');

  await counsellor.open();
  await counsellor.isOffered(number);
  await expect(visitor.by('ahead')).toHaveAttribute('data-ahead', '0');
  await look(visitor, 'next', 'Next in line; a counsellor’s screen rings');
  await counsellor.accept(number);
  await visitor.talks();
  await look(visitor, 'arrived', 'The counsellor is there');
  await says(words.talk, { desk: visitor, counsellor });
  await look(visitor, 'talk', 'The talk', { also: ['dark', 'contrast'] });
  await visitor.cut();
  await visitor.say(words.lateWord);
  await look(visitor, 'cut', 'The network is gone: what was said waits to be sent');
  await visitor.restore();
  await visitor.by('end').click();
  await look(visitor, 'end', 'Before the talk is ended');
  await visitor.by('end-confirm').click();
  await visitor.by('rate-5').click();
  await visitor.by('rate-comment').fill(words.comment);
  await look(visitor, 'rate', 'How it was', { also: ['dark'] });
  await visitor.by('rate-send').click();
  await expect(visitor.by('thanks').or(visitor.by('request')).or(visitor.by('line-GENERAL')).first()).toBeVisible();
  if (await visitor.by('thanks').isVisible()) await look(visitor, 'thanks', 'Thanks, and a fresh page for the next');

  await counsellor.wrapUp(words.memo);
  await visitor.arrive();
  await visitor.fill();
  await visitor.by('request').click();
  const again = await visitor.number();
  await counsellor.accept(again);
  await visitor.talks();
  await visitor.say(words.otherTalk[0]!);
  await counsellor.reads(words.otherTalk[0]!);
  stand.says({ type: 'ended', room: stand.last('matched')['room'], reason: 'TRANSFERRED' });
  await expect(visitor.by('handover')).toBeVisible();
  await look(visitor, 'hand-over', 'Another counsellor takes over');

  await other.arriveAt({ ...centre.server.demo.desk, key: 'wrong' });
  await other.fill();
  await other.by('request').click();
  await other.isTurnedAway();
  await look(other, 'not-allowed', 'A desk whose key is no longer good');
}

export const desk: Tour = { name: 'desk', title: 'The desk', sizes: ['phone', 'kiosk'], walk };
