import type { OfficeLine } from '../../src/lib/api.gen';
import { Stand } from '../contract';
import { expect, type Centre } from '../fixture';
import type { Counsellor, Language, Person, Visitor } from '../people';
import { OFFICE, StagedOffice } from '../staged-office';
import { MORNING, opensTomorrow, settleIn } from './office';
import { said } from './said';
import { at, type Look, type Tour } from './tour';

const QUIET_MS = 60_000;
/** A clock is stopped at a moment to come. */
const MOMENT_MS = 500;

/** The start page of an office that is busy, about to stop, closed, out of reach. */
async function start(centre: Centre, language: Language, look: Look): Promise<void> {
  const visitor = await centre.visitor(language);
  const closed = (line: OfficeLine) => ({ ...line, open: false, opens_at: opensTomorrow() });
  const lines = OFFICE.lines.map((line) => (line.open ? line : closed(line)));
  const staged = { ...OFFICE, lines, name: said(language).office, time_zone: MORNING };
  const office = await StagedOffice.on(visitor.page, staged);
  await visitor.arrive();
  await expect(visitor.by('line-GENERAL')).toHaveAttribute('data-waiting', '3');
  await look(visitor, 'start', 'The lines, how many wait and how long that may take', { also: ['dark', 'contrast'] });
  await office.isNow({ ...staged, draining: true });
  await expect(visitor.by('office-line')).toHaveText(/\S/);
  await look(visitor, 'draining', 'The server is about to stop; one may ask all the same');
  await office.isNow({ ...staged, lines: lines.map(closed) });
  await expect(visitor.by('line-GENERAL')).toBeDisabled();
  await look(visitor, 'closed', 'Outside the opening hours');
  await office.isNow(staged);
  await office.isLost();
  await expect(visitor.by('office-line')).toHaveText(/\S/);
  await look(visitor, 'offline', 'Out of reach of the server');
  await visitor.page.context().close();
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
  await visitor.page.context().close();
}

async function says(lines: ReadonlyArray<readonly string[]>, people: Record<string, Person>): Promise<void> {
  let count = 0;
  for (const [who, body] of lines) {
    await people[who!]!.say(body!);
    count += 1;
    for (const each of Object.values(people)) await expect(each.by('message')).toHaveCount(count);
  }
}

/** From the choice of a line to a talk; `other` stands behind. Returns the visitor who talks. */
async function waits(centre: Centre, counsellor: Counsellor, look: Look): Promise<{ visitor: Visitor; other: Visitor; stand: Stand }> {
  const { language } = counsellor;
  const words = said(language);
  const before = await centre.visitor(language, at(language));
  const taken = await before.ask({ nickname: words.third });
  await counsellor.accept(taken);

  const visitor = await centre.visitor(language, at(language));
  const stand = await Stand.between(visitor.page, [], 'desk');
  await visitor.page.clock.install();
  await visitor.arrive();
  await visitor.fill();
  await look(visitor, 'privacy', 'What is kept, who sees it, and one button', { also: ['dark'] });
  await visitor.by('tell').click();
  await visitor.by('nickname').fill(words.nickname);
  await visitor.by('note').fill(words.note);
  await look(visitor, 'details', 'Who likes to says a name and the matter first');
  await visitor.by('request').click();
  const number = await visitor.number();

  const other = await centre.visitor(language, at(language));
  await other.arriveAt(centre.server.demo.desk);
  await other.fill({ nickname: words.other });
  await other.by('request').click();
  await expect(other.by('ahead')).toHaveAttribute('data-ahead', '1');
  await expect(other.by('notices')).toContainText(words.notice[0]!);
  await look(other, 'waiting', 'The number, the place in the line and an honest range', { also: ['dark', 'contrast'] });
  await other.by('cancel').click();
  await look(other, 'cancel', 'Before giving the place up');
  await other.by('cancel-confirm').click();
  await expect(other.by('closed-reason')).toBeVisible();
  await look(other, 'cancelled', 'The request is taken back');

  await before.end();
  await before.page.context().close();
  await counsellor.wrapUp(words.memo);
  await counsellor.isOffered(number);
  await expect(visitor.by('ahead')).toHaveAttribute('data-ahead', '0');
  await look(visitor, 'next', 'Next in line; a counsellor’s screen rings');
  await counsellor.accept(number);
  await visitor.talks();
  return { visitor, other, stand };
}

async function talk(visitor: Visitor, counsellor: Counsellor, look: Look): Promise<void> {
  const words = said(visitor.language);
  await look(visitor, 'arrived', 'The counsellor is there');
  await says(words.talk, { desk: visitor, counsellor });
  await look(visitor, 'talk', 'The talk', { also: ['dark', 'contrast'] });
  await visitor.cut();
  await visitor.saysLost();
  await visitor.say(words.lateWord);
  await look(visitor, 'cut', 'The network is gone: what was said waits to be sent');
  await visitor.restore();
  await visitor.by('end').click();
  await look(visitor, 'end', 'Before the talk is ended');
  await visitor.by('end-confirm').click();
  await visitor.by('rate-5').click();
  await visitor.by('rate-comment').fill(words.comment);
  await look(visitor, 'rate', 'How it was', {
    also: ['dark'],
    // A screen nobody touches is wiped after a minute.
    before: () => visitor.by('rate-5').click(),
  });
  await visitor.by('rate-send').click();
  await expect(visitor.by('thanks')).toBeVisible();
  // They stay for seconds only.
  await visitor.page.clock.pauseAt(Date.now() + MOMENT_MS);
  await look(visitor, 'thanks', 'Thanks, and a fresh page for the next', { stopped: true });
  await visitor.page.clock.resume();
  await counsellor.wrapUp(words.memo);
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const words = said(language);
  await start(centre, language, look);
  const office = await settleIn(centre, language, { capacity: 1 });
  await forgotten(centre, language, look);

  await office.call('POST', '/posts', { language, title: words.notice[0], body: words.notice[1] });
  const counsellor = await centre.onDuty(language);
  const { visitor, other, stand } = await waits(centre, counsellor, look);
  await talk(visitor, counsellor, look);

  await visitor.ask();
  await counsellor.by('accept').click();
  await visitor.talks();
  await visitor.say(words.otherTalk[0]!);
  await counsellor.reads(words.otherTalk[0]!);
  // Between two counsellors is but a moment; here it stays.
  stand.says({ type: 'ended', room: stand.last('matched')['room'], reason: 'TRANSFERRED' });
  await expect(visitor.by('handover')).toBeVisible();
  await look(visitor, 'hand-over', 'Another counsellor takes over');

  /** Another secret in the address alone is no other page: it is left first. */
  const follows = (secret: string) => other.page.goto('about:blank').then(() => other.follow(secret));
  await other.page.goto('about:blank');
  await other.arriveAt({ ...centre.server.demo.desk, key: 'wrong' });
  await other.fill();
  await other.by('request').click();
  await other.isTurnedAway();
  await look(other, 'not-allowed', 'A desk whose key is no longer good');
  const { url } = await office.call<{ url: string }>('POST', `/desks/${centre.server.demo.desk.id}/enrolment`, {});
  const link = other.wire.origin + new URL(url).pathname + new URL(url).hash;
  await follows(link);
  await expect(other.by('enrolled')).toBeVisible();
  await look(other, 'enrolled', 'A device that has become a desk');
  await follows(link);
  await expect(other.by('dead-end')).toBeVisible();
  await look(other, 'enrol-bad-link', 'The link that makes a desk works once');
}

export const desk: Tour = { name: 'desk', title: 'The desk', sizes: ['phone', 'kiosk'], walk };
