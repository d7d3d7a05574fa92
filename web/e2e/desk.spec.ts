import { expect, either, test } from './fixture';

for (const language of either('en')) {
  test.describe(language, () => {
    test('a registered desk asks by its link, also after a restart without it', async ({ centre }) => {
      const { demo } = centre.server;
      const admin = await centre.admin(language);
      await admin.logIn(demo.admin);
      const visitor = await centre.visitor(language);
      await visitor.arriveAt(demo.desk);
      await visitor.page.goto(`${visitor.wire.origin}/desk`);
      await visitor.fill();
      await visitor.by('request').click();
      const row = admin.by('ticket-row').filter({ hasText: await visitor.number() });
      await expect(row).toContainText('데모 창구');
    });

    test('a desk with a wrong key is told so, and the right link over it helps', async ({ centre }) => {
      const { desk } = centre.server.demo;
      const visitor = await centre.visitor(language);
      await visitor.arriveAt({ ...desk, key: 'wrong' });
      await visitor.fill();
      await visitor.by('request').click();
      await visitor.isTurnedAway();
      await visitor.arriveAt(desk);
      // A used page of a shared device gives way to a fresh one, which is the one to touch.
      await Promise.all([visitor.page.waitForEvent('load'), visitor.by('again').click()]);
      await visitor.fill();
      await visitor.by('request').click();
      await visitor.number();
    });

    test('a network that is cut before the first connection is waited out', async ({ centre }) => {
      const visitor = await centre.visitor(language);
      await visitor.arrive();
      await visitor.fill();
      visitor.wire.cut();
      await visitor.by('request').click();
      await expect(visitor.by('connection')).toHaveAttribute('data-connection', 'RETRYING');
      await visitor.restore();
      await visitor.number();
    });

    test.describe('where the public desk is off', () => {
      test.use({ serve: { demo: true, flags: ['--public-desk', 'off'] } });

      test('a visitor is told so, and a registered desk works', async ({ centre }) => {
        const visitor = await centre.visitor(language);
        await visitor.arrive();
        await visitor.fill();
        await visitor.by('request').click();
        await visitor.isTurnedAway();
        const registered = await centre.visitor(language);
        await registered.arriveAt(centre.server.demo.desk);
        await registered.fill();
        await registered.by('request').click();
        await registered.number();
      });
    });
  });
}
