import { Api } from '../api';
import { expect, type Centre } from '../fixture';
import { secondWindow, type Counsellor, type Language, type Person, type Visitor } from '../people';
import { settleIn } from './office';
import { said } from './said';
import { at, type Look, type Seen, type Size, type Tour } from './tour';

const BOTH: readonly Size[] = ['desktop', 'phone'];

/** On a phone one part of the screen is shown at a time. */
const inPart = (counsellor: Person, part: 'ROOMS' | 'TALK' | 'ABOUT', more: Seen = {}): Seen => ({
  ...more,
  before: async (size: Size) => {
    if (size === 'phone') await counsellor.by(`part-${part}`).click();
  },
});

/** Replies everybody uses, and some of one's own. */
async function replies(centre: Centre, office: Api, language: Language): Promise<void> {
  const [shared, ...own] = said(language).replies;
  const put = (api: Api, [shortcut, body]: readonly string[], isShared: boolean) =>
    api.call('POST', '/canned-replies', { shared: isShared, shortcut, body, language });
  await put(office, shared!, true);
  const counsellor = await Api.as(centre.server, centre.server.demo.counsellor1);
  for (const each of own) await put(counsellor, each, false);
}

/** A colleague is asked to take the talk in front, and does not. */
async function handsOver(centre: Centre, counsellor: Counsellor, look: Look): Promise<void> {
  const { language } = counsellor;
  const words = said(language);
  const colleague = await centre.counsellor(language, at(language));
  await colleague.logIn(centre.server.demo.counsellor2);
  await colleague.open();
  await counsellor.by('transfer').last().click();
  await counsellor.page.getByRole('radio', { name: words.counsellor2 }).check();
  await counsellor.by('transfer-note').fill(words.handNote);
  await look(counsellor, 'transfer', 'Handing a talk over');
  await counsellor.by('transfer-send').click();
  await expect(counsellor.by('handover')).toHaveAttribute('data-phase', 'OFFERED');
  await look(counsellor, 'handing-over', 'A colleague is asked', inPart(counsellor, 'TALK'));
  await expect(colleague.by('offer-transfer')).toContainText(words.handNote);
  await look(colleague, 'ring-transfer', 'A colleague hands a talk over', inPart(colleague, 'TALK'));
  await colleague.by('decline').click();
  await expect(counsellor.by('handover')).toHaveAttribute('data-phase', 'DECLINED');
  await look(counsellor, 'declined', 'The colleague cannot take it', inPart(counsellor, 'TALK'));
  await counsellor.by('handover-keep').click();
  await colleague.page.context().close();
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const words = said(language);
  const office = await settleIn(centre, language);
  await replies(centre, office, language);
  const counsellor = await centre.counsellor(language, at(language));
  const { page } = counsellor;
  const part = (name: 'ROOMS' | 'TALK' | 'ABOUT', more?: Seen) => inPart(counsellor, name, more);
  await counsellor.go('/counsellor');
  await look(counsellor, 'log-in', 'Logging in', { also: ['dark'] });
  await counsellor.enters({ ...centre.server.demo.counsellor1, password: 'not this one' });
  await expect(counsellor.by('trouble')).toBeVisible();
  await look(counsellor, 'log-in-refused', 'A wrong password');
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.pause();
  await look(counsellor, 'paused', 'Paused', part('ROOMS'));

  const visitor = await centre.visitor(language);
  const one = await visitor.ask({ nickname: words.nickname, note: words.note });
  const second = await centre.visitor(language);
  await second.ask({ topic: 'FINANCE', nickname: words.other, note: words.otherNote });
  await expect(counsellor.by('load-FINANCE')).toContainText('1');
  await look(counsellor, 'waiting', 'Paused, and people wait in two lines', part('ROOMS'));
  await second.by('cancel').click();
  await second.by('cancel-confirm').click();
  await counsellor.open();
  await counsellor.isOffered(one);
  await look(counsellor, 'ring', 'It rings', part('ROOMS', { sizes: BOTH, also: ['dark'] }));
  await counsellor.accept(one);
  await visitor.talks();
  let count = 0;
  for (const [who, body] of words.talk.slice(0, 5)) {
    await (who === 'desk' ? visitor : counsellor).say(body!);
    count += 1;
    await expect(counsellor.by('message')).toHaveCount(count);
    await expect(visitor.by('message')).toHaveCount(count);
  }
  await visitor.by('say-input').pressSequentially('a');
  await counsellor.by('say-input').fill(words.draft);
  await look(counsellor, 'talk', 'One room', part('TALK', { sizes: BOTH, also: ['dark', 'contrast'] }));
  await visitor.by('say-input').fill('');
  await counsellor.by('notes').fill(words.notes);
  await look(counsellor, 'about', 'Notes beside the talk', part('ABOUT'));
  await counsellor.by('say-input').fill('/');
  await expect(counsellor.by('suggestion')).toHaveCount(words.replies.length);
  await look(counsellor, 'canned', 'Canned replies, by a slash', part('TALK'));
  await counsellor.by('say-input').fill('');

  const two = await second.ask({ topic: 'FINANCE', nickname: words.other, note: words.otherNote });
  await counsellor.isOffered(two);
  await look(counsellor, 'ring-in-talk', 'It rings during a talk', part('TALK'));
  await counsellor.accept(two);
  await expect(counsellor.by('room-tab')).toHaveCount(2);
  await second.say(...words.otherTalk);
  await expect(counsellor.by('message').getByText(words.otherTalk[1]!)).toBeVisible();
  await counsellor.say(words.answer);
  await visitor.say(words.lateWord);
  await expect(counsellor.by('unread')).toHaveText(/1/);
  await look(counsellor, 'two-rooms', 'Two rooms, one of them with news', part('ROOMS', { sizes: BOTH }));
  await look(counsellor, 'side-by-side', 'Two rooms side by side', {
    sizes: ['wide'],
    also: ['dark'],
    before: async (size) => {
      // On a narrower screen one of them is behind.
      if (size !== 'wide') return;
      await expect(counsellor.by('beside').first()).toBeVisible();
      if ((await counsellor.by('say-input').count()) < 2) await counsellor.by('beside').first().click();
    },
  });
  await handsOver(centre, counsellor, look);
  await cutsOff(counsellor, look);
  await afterwards(counsellor, second, two, look);
  const elsewhere = await secondWindow(page.context(), counsellor);
  await elsewhere.page.goto(`${counsellor.wire.origin}/counsellor`);
  await expect(counsellor.by('elsewhere')).toBeVisible();
  await look(counsellor, 'elsewhere', 'The screen was opened in another window');
}

async function cutsOff(counsellor: Counsellor, look: Look): Promise<void> {
  const { draft } = said(counsellor.language);
  await counsellor.cut();
  await counsellor.saysLost();
  await counsellor.by('say-input').last().fill(draft);
  await counsellor.by('say-input').last().press('Enter');
  await look(counsellor, 'cut', 'The network is gone: what was said waits to be sent', inPart(counsellor, 'TALK'));
  await counsellor.restore();
}

/** The visitor ends the talk: it is wrapped up, and found again in one's history. */
async function afterwards(counsellor: Counsellor, visitor: Visitor, number: string, look: Look): Promise<void> {
  const words = said(counsellor.language);
  await visitor.end();
  await expect(counsellor.by('ended')).toBeVisible();
  await expect(counsellor.by('wrap-up-code').locator('option').nth(1)).toBeAttached();
  await look(counsellor, 'wrap-up', 'Wrapping up', inPart(counsellor, 'ABOUT', { sizes: BOTH, also: ['dark'] }));
  await counsellor.by('wrap-up-code').selectOption({ index: 1 });
  await counsellor.by('wrap-up-memo').fill(words.memo);
  await counsellor.by('wrap-up-send').click();
  await expect(counsellor.by('room-tab')).toHaveCount(1);
  await counsellor.by('side-HISTORY').click();
  await expect(counsellor.by('past').first()).toBeVisible();
  await look(counsellor, 'history', 'One’s own history', inPart(counsellor, 'ABOUT'));
  await counsellor.by('past').filter({ hasText: number }).click();
  await expect(counsellor.by('past-message').first()).toBeVisible();
  await look(counsellor, 'past-talk', 'A past talk');
  await counsellor.by('talk-shut').click();
  await counsellor.by('keys').click();
  await look(counsellor, 'help', 'Every key');
  await counsellor.by('help-shut').click();
  await counsellor.by('replies').click();
  await expect(counsellor.by('reply').first()).toBeVisible();
  await look(counsellor, 'replies', 'One’s canned replies');
  await counsellor.by('reply-new').click();
  await look(counsellor, 'reply-form', 'A new one');
  await counsellor.page.keyboard.press('Escape');
}

export const counsellor: Tour = { name: 'counsellor', title: 'The counsellor’s screen', sizes: ['desktop'], walk };
