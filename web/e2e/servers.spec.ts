import { Api } from './api';
import { isAccessible } from './axe';
import { either, expect, LANGUAGES, test } from './fixture';
import { server, StagedServers } from './staged-servers';

for (const language of LANGUAGES) {
  test(`a server that is alone says so, and how several are run (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opens('servers');
    await expect(admin.by('server-row')).toHaveCount(1);
    await expect(admin.by('server-row').locator('[data-state="UP"]')).toBeVisible();
    await expect(admin.by('servers-well')).toBeVisible();
    await expect(admin.by('servers-hint')).toContainText('OPERATING.md');
    // What it hears others by is no matter to it.
    await expect(admin.page.getByRole('columnheader')).toHaveCount(5);
    await isAccessible(admin);
  });
}

for (const language of either('en')) {
  test(`what is not as it should be is said in words, and goes as it goes (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    const [one, two, three] = [server('one', { matchmaker: true, me: true }), server('two'), server('three')];
    const staged = await StagedServers.on(admin.page, [one, two, three]);
    const found = (key: string) => admin.page.locator(`[data-finding="servers.${key}"]`);
    await admin.opens('servers');
    await expect(admin.by('server-row')).toHaveCount(3);
    await expect(admin.by('servers-well')).toBeVisible();
    await staged.are([one, two]);
    await expect(found('gone')).toContainText('three');
    await expect(admin.by('server-row').locator('[data-state="GONE"]')).toHaveCount(1);
    await staged.are([{ ...one, matchmaker: false }, { ...two, state: 'DRAINING', version: '0.2.0', engine: 'POSTGRES' }]);
    for (const key of ['gone', 'unmatched', 'versions', 'drains']) await expect(found(key)).toBeVisible();
    await isAccessible(admin);
    await staged.are(null);
    await expect(admin.by('servers-old')).toBeVisible();
    await expect(admin.by('server-row')).toHaveCount(3);
    await staged.are([one, two, { ...three, node: 'another run' }]);
    await expect(admin.by('servers-well')).toBeVisible();
    await expect(admin.page.locator('[data-finding]')).toHaveCount(0);
  });
}

test('servers nobody answers for are asked for again, by themselves and by a press', async ({ centre }) => {
  const admin = await centre.admin('ko');
  await admin.logIn(centre.server.demo.admin);
  await StagedServers.on(admin.page, null);
  await admin.opens('servers');
  await expect(admin.by('failed')).toBeVisible();
  await isAccessible(admin);
  await admin.page.unroute('**/api/v1/nodes');
  await admin.by('again').click();
  await expect(admin.by('server-row')).toHaveCount(1);
});

test('a manager has no servers to look at, and is told so', async ({ centre }) => {
  const boss = await Api.as(centre.server, centre.server.demo.admin);
  const account = { login: 'mina', name: '매니저', password: 'long enough', role: 'MANAGER' };
  await boss.call('POST', '/accounts/staff', account);
  const manager = await centre.admin('ko');
  await manager.logIn(account);
  await expect(manager.by('view-audit')).toBeVisible();
  await expect(manager.by('view-servers')).toHaveCount(0);
  await manager.page.evaluate(() => (location.hash = '#servers'));
  await expect(manager.by('not-allowed')).toBeVisible();
  await isAccessible(manager);
});
