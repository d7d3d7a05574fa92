import { expect, either, test } from './fixture';
import { secondWindow } from './people';

for (const language of either('ko')) {
  test.describe(language, () => {
    test('R2: the order in the line survives a reload', async ({ centre }) => {
      const counsellor = await centre.counsellor(language);
      await counsellor.logIn(centre.server.demo.counsellor1);
      await counsellor.pause();
      const first = await centre.visitor(language);
      const second = await centre.visitor(language);
      const one = await first.ask();
      const two = await second.ask();
      await second.standsAt(two, 1);
      await first.page.reload();
      await first.standsAt(one, 0);
      await second.page.reload();
      await second.standsAt(two, 1);
      await counsellor.open();
      await counsellor.isOffered(one);
    });

    test('R6: after a decline and an expiry the ticket keeps its place', async ({ centre }) => {
      test.slow();
      const counsellor = await centre.counsellor(language);
      await counsellor.logIn(centre.server.demo.counsellor1);
      await counsellor.pause();
      const first = await centre.visitor(language);
      const second = await centre.visitor(language);
      const one = await first.ask();
      const two = await second.ask();
      await counsellor.open();
      await counsellor.isOffered(one);
      await counsellor.decline(one);
      // The one declined is passed over, and stays the first in line.
      await expect(counsellor.offer(two)).toBeVisible();
      await first.standsAt(one, 0);
      // Nobody answers: it expires, and the declined one is asked about again (R7).
      await expect(counsellor.offer(two)).toHaveCount(0, { timeout: 40_000 });
      await expect(counsellor.offer(one)).toBeVisible({ timeout: 60_000 });
      await first.standsAt(one, 0);
      await second.standsAt(two, 1);
      await counsellor.accept(one);
      await first.talks();
    });

    test('R10: a desk whose network drops keeps its place', async ({ centre }) => {
      const counsellor = await centre.counsellor(language);
      await counsellor.logIn(centre.server.demo.counsellor1);
      await counsellor.pause();
      const first = await centre.visitor(language);
      const second = await centre.visitor(language);
      const one = await first.ask();
      const two = await second.ask();
      await first.cut();
      await second.standsAt(two, 1);
      await first.restore();
      await first.standsAt(one, 0);
      await counsellor.open();
      await counsellor.isOffered(one);
    });

    test('R11: a counsellor whose network drops gives the offer back at once', async ({ centre }) => {
      const { demo } = centre.server;
      const one = await centre.counsellor(language);
      const two = await centre.counsellor(language);
      await one.logIn(demo.counsellor1);
      await two.logIn(demo.counsellor2);
      await two.pause();
      await one.open();
      const visitor = await centre.visitor(language);
      const number = await visitor.ask();
      await one.isOffered(number);
      await two.open();
      await one.cut();
      await expect(one.by('offer')).toHaveCount(0);
      // Well before the offer would have expired.
      await two.isOffered(number, 10_000);
      await two.accept(number);
      await visitor.talks();
      await one.restore();
      await expect(one.by('offer')).toHaveCount(0);
    });

    test('R11: a counsellor who drops in a room keeps the seat and loses nothing', async ({ centre }) => {
      const { counsellor, visitor } = await centre.talk(language);
      await counsellor.say('before');
      await visitor.reads('before');
      await counsellor.cut();
      await expect(visitor.by('presence')).toHaveText(/\S/);
      await visitor.say('are you there?', 'hello?');
      await counsellor.restore();
      await counsellor.say('back again');
      await visitor.reads('before', 'are you there?', 'hello?', 'back again');
      await counsellor.reads('before', 'are you there?', 'hello?', 'back again');
      await expect(visitor.by('presence')).toHaveText('');
    });

    test('R12: of two windows of one counsellor the newer wins', async ({ centre }) => {
      const counsellor = await centre.onDuty(language);
      const newer = await secondWindow(counsellor.page.context(), counsellor);
      await newer.page.goto(`${counsellor.wire.origin}/counsellor`);
      await newer.connected();
      await expect(counsellor.by('elsewhere')).toBeVisible();
      await counsellor.by('take-over').click();
      await counsellor.connected();
      await expect(newer.by('elsewhere')).toBeVisible();
    });

    test('R12: of two windows of one visitor the newer wins, and nothing is shown twice', async ({ centre }) => {
      const { counsellor, visitor } = await centre.talk(language);
      await visitor.say('hello');
      await counsellor.reads('hello');
      const storage = await visitor.page.evaluate(() => ({ ...sessionStorage }));
      const newer = await secondWindow(visitor.page.context(), visitor);
      // A duplicated tab starts with a copy of the storage.
      await newer.page.addInitScript((items) => Object.assign(sessionStorage, items), storage);
      await newer.page.goto(`${visitor.wire.origin}/desk`);
      await expect(newer.by('chat')).toBeVisible();
      await expect(visitor.by('elsewhere')).toBeVisible();
      expect(await visitor.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('hello');
      await newer.reads('hello');
      await newer.say('still me');
      await counsellor.reads('hello', 'still me');
      await newer.reads('hello', 'still me');
      // The older says so, does not take it back by itself, and can when the newer is closed.
      await visitor.page.reload();
      await expect(visitor.by('elsewhere')).toBeVisible();
      await newer.page.close();
      await visitor.by('take-over').click();
      await visitor.reads('hello', 'still me');
      await visitor.say('back');
      await counsellor.reads('hello', 'still me', 'back');
    });
  });
}
