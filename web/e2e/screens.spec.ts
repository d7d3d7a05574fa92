import { fileURLToPath } from 'node:url';

import { expect, LANGUAGES, test } from './fixture';
import type { Language, Person } from './people';

const FOLDER = fileURLToPath(new URL('../test-results/screens/', import.meta.url));
const SCHEMES = ['light', 'dark'] as const;
const SIZES = {
  phone: { width: 390, height: 844 },
  kiosk: { width: 1080, height: 1920 },
  desktop: { width: 1440, height: 900 },
} as const;

interface Look {
  language: Language;
  size: keyof typeof SIZES;
  colorScheme: (typeof SCHEMES)[number];
}

function shooter({ language, size, colorScheme }: Look) {
  return (person: Person, name: string) =>
    person.page.screenshot({ path: `${FOLDER}${name}-${language}-${size}-${colorScheme}.png` });
}

/** Every state of every page, for people to look at. */
for (const language of LANGUAGES) {
  for (const size of Object.keys(SIZES) as Array<keyof typeof SIZES>) {
    for (const colorScheme of SCHEMES) {
      const shoot = shooter({ language, size, colorScheme });
      const options = { viewport: SIZES[size], colorScheme };

      test(`${language} ${size} ${colorScheme}`, async ({ centre }) => {
        const { demo } = centre.server;
        const counsellor = await centre.counsellor(language, options);
        await counsellor.page.goto(`${counsellor.wire.origin}/counsellor`);
        await counsellor.by(`lang-${language}`).click();
        await shoot(counsellor, 'counsellor-1-log-in');
        await counsellor.logIn(demo.counsellor1);
        await counsellor.pause();
        await shoot(counsellor, 'counsellor-2-paused');
        const admin = await centre.admin(language, options);
        await admin.logIn(demo.admin);

        const visitor = await centre.visitor(language, options);
        await visitor.arrive();
        await expect(visitor.by('line-GENERAL').or(visitor.by('request'))).toBeVisible();
        await shoot(visitor, 'desk-1-start');
        await visitor.fill({ nickname: '김하은', note: language === 'ko' ? '서류를 문의합니다.' : 'About a form.' });
        await shoot(visitor, 'desk-2-details');
        await visitor.by('request').click();
        const number = await visitor.number();
        const second = await centre.visitor(language, options);
        await second.arriveAt(demo.desk);
        await second.fill({ nickname: 'Lee' });
        await second.by('request').click();
        await second.number();
        await shoot(second, 'desk-3-waiting');
        await second.by('cancel').click();
        await shoot(second, 'desk-4-cancel');
        await second.page.keyboard.press('Escape');

        await counsellor.open();
        await counsellor.isOffered(number);
        await shoot(counsellor, 'counsellor-3-offer');
        await counsellor.accept(number);
        await visitor.talks();
        await visitor.say(language === 'ko' ? '안녕하세요. 서류 발급을 문의드립니다.' : 'Hello, I have a question about a form.');
        await counsellor.say(language === 'ko' ? '안녕하세요. 어떤 서류인가요?' : 'Hello! Which form is it?');
        await expect(visitor.by('message')).toHaveCount(2);
        await expect(counsellor.by('message')).toHaveCount(2);
        await shoot(visitor, 'desk-5-chat');
        await shoot(counsellor, 'counsellor-4-room');
        await shoot(admin, 'admin-1-live');
        await visitor.cut();
        await visitor.say(language === 'ko' ? '여권이요.' : 'A passport form.');
        await shoot(visitor, 'desk-6-cut');
        await visitor.restore();
        await visitor.by('end').click();
        await shoot(visitor, 'desk-7-end');
        await visitor.by('end-confirm').click();
        await visitor.by('rate-4').click();
        await shoot(visitor, 'desk-8-rate');
        await expect(counsellor.by('ended')).toBeVisible();
        await shoot(counsellor, 'counsellor-5-wrap-up');
        await admin.records();
        await admin.findsRecord(number);
        await shoot(admin, 'admin-2-history');
        await admin.by('consultation-open').first().click();
        await expect(admin.by('consultation')).toBeVisible();
        await shoot(admin, 'admin-3-record');

        await second.by('cancel').click();
        await second.by('cancel-confirm').click();
        await expect(second.by('closed-reason')).toBeVisible();
        await shoot(second, 'desk-9-closed');
        const stranger = await centre.visitor(language, options);
        await stranger.arriveAt({ ...demo.desk, key: 'wrong' });
        await stranger.fill();
        await stranger.by('request').click();
        await stranger.isTurnedAway();
        await shoot(stranger, 'desk-10-not-allowed');
      });

      test.describe('set-up', () => {
        test.use({ serve: { demo: false, flags: [] } });

        test(`set-up ${language} ${size} ${colorScheme}`, async ({ centre }) => {
          const { url, setupLink } = centre.server;
          const operator = await centre.admin(language, options);
          await operator.follow(`${url}/setup`);
          await shoot(operator, 'setup-1-no-link');
          await operator.page.goto(setupLink);
          await operator.setUp({ login: 'boss', password: 'long enough' }, 'something else');
          await expect(operator.by('trouble')).toHaveText(/\S/);
          await shoot(operator, 'setup-2-form');
          await operator.setUp({ login: 'boss', password: 'long enough' });
          await expect(operator.by('done')).toBeVisible();
          await shoot(operator, 'setup-3-done');
          await operator.page.goto(setupLink);
          await operator.setUp({ login: 'other', password: 'long enough' });
          await expect(operator.by('dead-end')).toBeVisible();
          await shoot(operator, 'setup-4-used');
        });
      });
    }
  }
}
