import { fileURLToPath } from 'node:url';

import { answers, COLLEAGUES, REPLIES, Stand, TODAY } from './contract';
import { expect, LANGUAGES, test } from './fixture';
import type { Person } from './people';

const FOLDER = fileURLToPath(new URL('../test-results/screens/', import.meta.url));
const SIZES = {
  laptop: { width: 1366, height: 768 },
  wide: { width: 1920, height: 1080 },
  phone: { width: 390, height: 844 },
} as const;

/** Every state of the counsellor's screen, for people to look at; the page itself never scrolls. */
for (const language of LANGUAGES) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    const ko = language === 'ko';
    test(`counsellor ${language} ${size}`, async ({ centre }) => {
      test.slow();
      const colorScheme = size === 'wide' && !ko ? 'dark' : 'light';
      const counsellor = await centre.counsellor(language, { viewport, colorScheme });
      const { page } = counsellor;
      const shoot = async (who: Person, name: string) => {
        await who.page.screenshot({ path: `${FOLDER}counsellor-${name}-${language}-${size}.png` });
        const over = await who.page.evaluate(() => {
          const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
          return [scrollWidth - clientWidth, scrollHeight - clientHeight];
        });
        expect(over).toEqual([0, 0]);
      };
      const part = async (id: string) => {
        if (size === 'phone') await counsellor.by(`part-${id}`).click();
      };
      await answers(page, '/stats/mine', TODAY);
      await answers(page, '/canned-replies*', REPLIES);
      await answers(page, '/colleagues', COLLEAGUES);
      const stand = await Stand.between(page, ['transfer', 'cancel_transfer']);
      await counsellor.logIn(centre.server.demo.counsellor1);
      await counsellor.pause();
      await shoot(counsellor, '1-paused');
      await counsellor.open();

      const visitor = await centre.visitor(language);
      const note = ko ? '여권 재발급 서류를 문의합니다. 신청서 양식이 두 가지라 어느 쪽인지 모르겠습니다.' : 'Which of the two passport forms do I need?';
      const one = await visitor.ask({ nickname: ko ? '김하은' : 'Hannah', note });
      await counsellor.isOffered(one);
      await shoot(counsellor, '2-ring');
      await counsellor.accept(one);
      await visitor.say(ko ? '안녕하세요.' : 'Hello.', ko ? '여권 서류를 문의드립니다.' : 'It is about a passport form.');
      await counsellor.say(ko ? '안녕하세요. 어떤 서류인가요?' : 'Hello! Which form is it?');
      await visitor.say(ko ? '재발급 신청서요. 급합니다 👨‍👩‍👧‍👦' : 'The renewal one 👨‍👩‍👧‍👦');
      await expect(counsellor.by('message')).toHaveCount(4);
      await visitor.by('say-input').pressSequentially('a');
      await expect(counsellor.by('presence')).toHaveText(/\S/);
      await shoot(counsellor, '3-talk');
      await part('ABOUT');
      await counsellor.by('notes').fill(ko ? '여권 재발급, 급함' : 'Passport renewal, urgent');
      await shoot(counsellor, '4-about');
      await part('TALK');

      await counsellor.by('say-input').fill('/');
      await expect(counsellor.by('suggestion')).toHaveCount(3);
      await shoot(counsellor, '5-canned');
      await counsellor.by('say-input').fill('');

      const second = await centre.visitor(language);
      const two = await second.ask({ topic: 'FINANCE', nickname: 'Lee' });
      await counsellor.isOffered(two);
      await shoot(counsellor, '6-ring-in-talk');
      await counsellor.offer(two).getByTestId('accept').click();
      await expect(counsellor.by('room-tab')).toHaveCount(2);
      await second.say(ko ? '수수료가 얼마인가요?' : 'How much is the fee?');
      await part('TALK');
      await expect(counsellor.by('message').getByText(ko ? '수수료' : 'the fee')).toBeVisible();
      await visitor.say(ko ? '계신가요?' : 'Are you there?');
      if (size !== 'wide') await expect(counsellor.by('unread')).toHaveText(/1/);
      await part('ROOMS');
      await shoot(counsellor, '7-two-rooms');
      await part('TALK');

      await counsellor.by('transfer').last().click();
      await expect(counsellor.by('transfer-choice').first()).toBeVisible();
      await counsellor.page.getByRole('radio').first().check();
      await counsellor.by('transfer-note').fill(ko ? '수수료 문의입니다.' : 'Asks about the fee.');
      await shoot(counsellor, '8-transfer');
      await counsellor.by('transfer-send').click();
      await expect(counsellor.by('handover')).toHaveAttribute('data-phase', 'ASKING');
      const room = String(stand.kept[0]!['room']);
      stand.says({ type: 'transfer', room, state: 'OFFERED', counsellor: 'lee' });
      await expect(counsellor.by('handover')).toHaveAttribute('data-phase', 'OFFERED');
      await shoot(counsellor, '9-handing-over');
      stand.says({ type: 'transfer', room, state: 'DECLINED', counsellor: 'lee' });
      await shoot(counsellor, '10-declined');
      await counsellor.by('handover-keep').click();
      stand.says({
        type: 'offer',
        offer: '0190aaaa-0000-7000-8000-000000000001',
        ticket: '0190aaaa-0000-7000-8000-000000000002',
        number: 'C-004',
        line: 'WELFARE',
        nickname: ko ? '박민준' : 'Martin',
        note: null,
        waited_s: 130,
        accept_within_s: 20,
        transfer: { from: '이상담', note: ko ? '복지카드 문의, 서류는 확인했습니다.' : 'Welfare card; papers are checked.', messages: 12 },
      });
      await expect(counsellor.by('offer-transfer')).toBeVisible();
      await shoot(counsellor, '11-ring-transfer');
      stand.says({ type: 'withdrawn', offer: '0190aaaa-0000-7000-8000-000000000001', reason: 'TAKEN' });

      counsellor.wire.cut();
      await expect(counsellor.by('connection')).toHaveAttribute('data-connection', 'RETRYING');
      await counsellor.by('say-input').last().fill(ko ? '잠시만요' : 'One moment');
      await counsellor.by('say-input').last().press('Enter');
      await shoot(counsellor, '12-cut');
      await counsellor.restore();

      await second.by('end').click();
      await second.by('end-confirm').click();
      await expect(counsellor.by('ended')).toBeVisible();
      await part('ABOUT');
      await expect(counsellor.by('wrap-up-code').locator('option').nth(1)).toBeAttached();
      await shoot(counsellor, '13-wrap-up');
      await counsellor.by('wrap-up-code').selectOption({ index: 1 });
      await counsellor.by('wrap-up-memo').fill(ko ? '수수료 안내' : 'Told the fee');
      await counsellor.by('wrap-up-send').click();
      await expect(counsellor.by('room-tab')).toHaveCount(1);
      await part('ABOUT');
      await counsellor.by('side-HISTORY').click();
      await expect(counsellor.by('past').first()).toBeVisible();
      await shoot(counsellor, '14-history');
      await counsellor.by('past').filter({ hasText: two }).click();
      await expect(counsellor.by('past-message').first()).toBeVisible();
      await shoot(counsellor, '15-record');
      await counsellor.by('talk-shut').click();
      // A phone has no keys to speak of.
      if (size !== 'phone') {
        await counsellor.by('keys').click();
        await shoot(counsellor, '16-help');
        await counsellor.by('help-shut').click();
      }
      await counsellor.by('replies').click();
      await expect(counsellor.by('reply').first()).toBeVisible();
      await shoot(counsellor, '17-replies');
      await counsellor.by('reply-new').click();
      await shoot(counsellor, '18-reply-form');
    });
  }
}
