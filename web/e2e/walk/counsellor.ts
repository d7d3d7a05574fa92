import { answers, COLLEAGUES, REPLIES, Stand, TODAY } from '../contract';
import { expect, type Centre } from '../fixture';
import type { Language, Person } from '../people';
import { said } from './said';
import { at, ringsLong, type Look, type Seen, type Size, type Tour } from './tour';

const OFFER = '0190aaaa-0000-7000-8000-000000000001';

const BOTH: readonly Size[] = ['desktop', 'phone'];

/** On a phone one part of the screen is shown at a time. */
const inPart = (counsellor: Person, part: 'ROOMS' | 'TALK' | 'ABOUT', more: Seen = {}): Seen => ({
  ...more,
  before: async (size: Size) => {
    if (size === 'phone') await counsellor.by(`part-${part}`).click();
  },
});

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const words = said(language);
  await ringsLong(centre, 'GENERAL', 'FINANCE');
  const counsellor = await centre.counsellor(language, at(language));
  const { page } = counsellor;
  const part = (name: 'ROOMS' | 'TALK' | 'ABOUT', more?: Seen) => inPart(counsellor, name, more);
  await answers(page, '/stats/mine', TODAY);
  await answers(page, '/canned-replies*', REPLIES);
  await answers(page, '/colleagues', COLLEAGUES);
  const stand = await Stand.between(page, ['transfer', 'cancel_transfer']);
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
  const two = await second.ask({ topic: 'FINANCE', nickname: words.other, note: words.otherNote });
  await look(counsellor, 'waiting', 'Paused, and people wait in two lines', part('ROOMS'));
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
  if (await counsellor.offer(two).isVisible()) await look(counsellor, 'ring-in-talk', 'It rings during a talk', part('TALK'));
  await counsellor.offer(two).getByTestId('decline').click();
  await visitor.by('say-input').pressSequentially('a');
  await counsellor.by('say-input').fill(words.draft);
  await look(counsellor, 'talk', 'One room', part('TALK', { sizes: BOTH, also: ['dark', 'contrast'] }));
  await visitor.by('say-input').fill('');
  await counsellor.by('notes').fill(words.notes);
  await look(counsellor, 'about', 'Notes beside the talk', part('ABOUT'));
  await counsellor.by('say-input').fill('/');
  await expect(counsellor.by('suggestion')).toHaveCount(3);
  await look(counsellor, 'canned', 'Canned replies, by a slash', part('TALK'));
  await counsellor.by('say-input').fill('');

  await expect(counsellor.offer(two)).toBeVisible({ timeout: 60_000 });
  await counsellor.offer(two).getByTestId('accept').click();
  await expect(counsellor.by('room-tab')).toHaveCount(2);
  await second.say(...words.otherTalk);
  await expect(counsellor.by('message').getByText(words.otherTalk[1]!)).toBeVisible();
  await counsellor.say(language === 'ko' ? '네, 지금 바로 다시 보내 드리겠습니다.' : 'Yes, I am sending it right away.');
  await visitor.say(words.lateWord);
  await expect(counsellor.by('unread')).toHaveText(/1/);
  await look(counsellor, 'two-rooms', 'Two rooms, one of them with news', part('ROOMS', { sizes: BOTH }));
  await look(counsellor, 'side-by-side', 'Two rooms side by side', {
    sizes: ['wide'],
    also: ['dark'],
    before: async () => {
      await expect(counsellor.by('beside').first()).toBeVisible();
      if ((await counsellor.by('say-input').count()) < 2) await counsellor.by('beside').first().click();
    },
  });

  await counsellor.by('transfer').last().click();
  await expect(counsellor.by('transfer-choice').first()).toBeVisible();
  await page.getByRole('radio').first().check();
  await counsellor.by('transfer-note').fill(words.handNote);
  await look(counsellor, 'transfer', 'Handing a talk over');
  await counsellor.by('transfer-send').click();
  await expect(counsellor.by('handover')).toHaveAttribute('data-phase', 'ASKING');
  const room = String(stand.kept[0]!['room']);
  stand.says({ type: 'transfer', room, state: 'OFFERED', counsellor: 'lee' });
  await expect(counsellor.by('handover')).toHaveAttribute('data-phase', 'OFFERED');
  await look(counsellor, 'handing-over', 'A colleague is asked', part('TALK'));
  stand.says({ type: 'transfer', room, state: 'DECLINED', counsellor: 'lee' });
  await expect(counsellor.by('handover')).toHaveAttribute('data-phase', 'DECLINED');
  await look(counsellor, 'declined', 'The colleague cannot take it', part('TALK'));
  await counsellor.by('handover-keep').click();
  const handed = { from: COLLEAGUES.items[0]!.name, note: words.handNote, messages: 12 };
  const ticket = { ticket: '0190aaaa-0000-7000-8000-000000000002', number: 'C-004', line: 'WELFARE', nickname: words.third, note: null };
  stand.says({ type: 'offer', offer: OFFER, ...ticket, waited_s: 130, accept_within_s: 20, transfer: handed });
  await expect(counsellor.by('offer-transfer')).toBeVisible();
  await look(counsellor, 'ring-transfer', 'A colleague hands a talk over', part('TALK'));
  stand.says({ type: 'withdrawn', offer: OFFER, reason: 'TAKEN' });

  counsellor.wire.cut();
  await expect(counsellor.by('connection')).toHaveAttribute('data-connection', 'RETRYING');
  await counsellor.by('say-input').last().fill(words.draft);
  await counsellor.by('say-input').last().press('Enter');
  await look(counsellor, 'cut', 'The network is gone: what was said waits to be sent', part('TALK'));
  await counsellor.restore();

  await second.by('end').click();
  await second.by('end-confirm').click();
  await expect(counsellor.by('ended')).toBeVisible();
  await expect(counsellor.by('wrap-up-code').locator('option').nth(1)).toBeAttached();
  await look(counsellor, 'wrap-up', 'Wrapping up', part('ABOUT', { sizes: BOTH, also: ['dark'] }));
  await counsellor.by('wrap-up-code').selectOption({ index: 1 });
  await counsellor.by('wrap-up-memo').fill(words.memo);
  await counsellor.by('wrap-up-send').click();
  await expect(counsellor.by('room-tab')).toHaveCount(1);
  await counsellor.by('side-HISTORY').click();
  await expect(counsellor.by('past').first()).toBeVisible();
  await look(counsellor, 'history', 'One’s own history', part('ABOUT'));
  await counsellor.by('past').filter({ hasText: two }).click();
  await expect(counsellor.by('past-message').first()).toBeVisible();
  await look(counsellor, 'past-talk', 'A past talk');
  await counsellor.by('talk-shut').click();
  await counsellor.by('keys').click();
  await look(counsellor, 'help', 'Every key', { sizes: ['desktop'] });
  await counsellor.by('help-shut').click();
  await counsellor.by('replies').click();
  await expect(counsellor.by('reply').first()).toBeVisible();
  await look(counsellor, 'replies', 'One’s canned replies');
  await counsellor.by('reply-new').click();
  await look(counsellor, 'reply-form', 'A new one');
}

export const counsellor: Tour = { name: 'counsellor', title: 'The counsellor’s screen', sizes: ['desktop'], walk };
