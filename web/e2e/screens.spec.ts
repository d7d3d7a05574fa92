import { fileURLToPath } from 'node:url';

import { expect, LANGUAGES, test } from './fixture';
import { call, StagedOffice } from './staged-office';
import type { Language, Person } from './people';
import { totp } from './totp';

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
  return async (person: Person, name: string) => {
    await person.page.screenshot({ path: `${FOLDER}${name}-${language}-${size}-${colorScheme}.png` });
    await fits(person);
  };
}

/** Pages must not be wider than the screen: what would be cut off is nobody's to see. */
async function fits({ page }: Person): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(over).toBeLessThanOrEqual(0);
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

        const wall = await centre.visitor(language, options);
        const office = await StagedOffice.on(wall.page);
        await wall.page.goto(`${wall.wire.origin}/display?lang=${language}`);
        await office.calls(call('A-011', 60_000), call('A-012'));
        await expect(wall.by('newest')).toBeVisible();
        await shoot(wall, 'display');
      });

      test(`staff ${language} ${size} ${colorScheme}`, async ({ centre }) => {
        test.slow();
        const { demo } = centre.server;
        const newcomer = await centre.counsellor(language, options);
        await newcomer.go('/signup');
        await newcomer.by('sign-up').click();
        await shoot(newcomer, 'signup-1-faults');
        for (const [field, text] of Object.entries({ login: 'saerom', name: '이새롬', email: 'saerom@example.org' })) {
          await newcomer.by(field).fill(text);
        }
        await newcomer.by('password').fill('long enough');
        await newcomer.by('again').fill('long enough');
        await newcomer.by('sign-up').click();
        await expect(newcomer.by('sent')).toBeVisible();
        await shoot(newcomer, 'signup-2-sent');
        await newcomer.follow(await centre.server.linkFor('saerom@example.org'));
        await expect(newcomer.by('verified')).toBeVisible();
        await shoot(newcomer, 'verify-1-done');
        await newcomer.go('/reset');
        await shoot(newcomer, 'reset-1-ask');
        await newcomer.go('/reset#made-up');
        await expect(newcomer.by('reset-set')).toBeVisible();
        await shoot(newcomer, 'reset-2-new');

        const admin = await centre.admin(language, options);
        await admin.logIn(demo.admin);
        for (const section of ['consultations', 'statistics', 'accounts', 'desks', 'lines', 'codes', 'audit']) {
          await admin.opens(section);
          await expect(admin.by('loading')).toHaveCount(0);
          await shoot(admin, `admin-4-${section}`);
        }
        await admin.opensAccount('이새롬');
        await shoot(admin, 'admin-5-account');
        await admin.by('act-approve').click();
        await shoot(admin, 'admin-6-approve');
        await admin.page.keyboard.press('Escape');
        await admin.opens('desks');
        await admin.by('desk-open').first().click();
        await shoot(admin, 'admin-7-desk');
        await admin.by('enrol').click();
        const link = await admin.by('enrolment-url').inputValue();
        await shoot(admin, 'admin-8-enrolment');
        await admin.by('enrolment-done').click();
        await admin.opensLine('GENERAL');
        await admin.by('hours-always').uncheck();
        await admin.by('hours-mon-add').click();
        await admin.by('hours-spread').click();
        await shoot(admin, 'admin-9-line');
        const device = await centre.visitor(language, options);
        await device.follow(link);
        await expect(device.by('enrolled')).toBeVisible();
        await shoot(device, 'desk-11-enrolled');

        await admin.go('/account');
        await admin.by('factor-password').fill(demo.admin.password);
        await shoot(admin, 'account-1');
        await admin.by('factor-start').click();
        await expect(admin.by('qr')).toBeVisible();
        await admin.by('qr').scrollIntoViewIfNeeded();
        await shoot(admin, 'account-2-factor');
        await admin.by('factor-code').fill(totp(await admin.by('factor-secret').inputValue()));
        await admin.by('factor-confirm').click();
        await expect(admin.by('recovery-codes')).toBeVisible();
        await shoot(admin, 'account-3-codes');
        await admin.by('log-out').click();
        await admin.enters(demo.admin);
        await expect(admin.by('code')).toBeFocused();
        await shoot(admin, 'log-in-code');
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
