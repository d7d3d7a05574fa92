import { expect, test } from './fixture';
import { asksAll, floods, namesItsLimit, namesOf, Watch } from './hostile';
import { payloads, samples } from './payloads';
import { call, OFFICE, StagedOffice } from './staged-office';

// A trace of every text in every field would weigh more than the test. Said only where there are traces: tests with
// options of their own come last, and these are the longest.
if (process.env['TRACE']) test.use({ trace: 'off' });
test.describe.configure({ timeout: 600_000 });

const all = payloads();

test('pages for those who are not logged in stand every text', async ({ centre }) => {
  const guest = await centre.admin('en');
  const watch = await Watch.over(guest);
  for (const [path, count] of [['/counsellor', 2], ['/signup', 5], ['/reset', 1], ['/account', 2]] as const) {
    await guest.go(path);
    await expect(guest.page.locator('form').first()).toBeVisible();
    const flooded = await floods(guest.page, all);
    expect(flooded.length, path).toBe(count);
    namesItsLimit(flooded);
  }
  await guest.go('/account');
  for (const { text } of samples().filter(({ family }) => ['markup', 'controls', 'surrogates', 'long'].includes(family))) {
    await guest.enters({ login: text, password: text });
    await expect(guest.page.getByRole('alert').filter({ hasText: /\S/ }).first()).toBeVisible();
    await expect(guest.by('log-in')).toBeEnabled();
  }
  await guest.enters(centre.server.demo.admin);
  await expect(guest.by('password-form')).toBeVisible();
  const flooded = await floods(guest.page, all);
  expect(flooded.length).toBeGreaterThan(3);
  namesItsLimit(flooded);
  expect(watch.faults).toEqual([]);
});

test('the door of a group room, and who talks in it, stand every text', async ({ centre }) => {
  const host = await centre.admin('ko');
  await host.logIn(centre.server.demo.admin);
  const title = '<b>{{title}}</b> $t(x)';
  const [made] = await asksAll(host.page, [{ method: 'POST', path: '/rooms', body: { title, info: '<img src=x onerror=alert(1)>\n${x}' } }]);
  expect(made!.status).toBeLessThan(300);
  await host.opens('groups');
  await host.by('group-share').click();
  await expect(host.by('group-share-sheet')).toContainText(title);
  const link = await host.by('group-link').inputValue();
  const guest = await centre.visitor('ko');
  const watch = await Watch.over(guest);
  await guest.go(`/room${new URL(link).hash}`);
  await expect(guest.by('door')).toContainText(title);
  const door = await floods(guest.page, all);
  expect(namesOf(door)).toEqual(['guest-nickname']);
  namesItsLimit(door);
  await guest.by('guest-nickname').fill('<svg onload=x>{{0}}');
  await guest.by('guest-join').click();
  await expect(guest.by('group-member').filter({ hasText: '<svg onload=x>{{0}}' })).toHaveCount(1);
  namesItsLimit(await floods(guest.page, all));
  expect(watch.faults).toEqual([]);
});

test('a wall shows every name as it is', async ({ centre }) => {
  const wall = await centre.visitor('ko');
  const watch = await Watch.over(wall);
  const office = await StagedOffice.on(wall.page);
  await wall.page.goto(`${wall.wire.origin}/display?lang=ko`);
  await expect(wall.by('busy').locator('li')).toHaveCount(3);
  const shown = all.map(({ text }) => text).filter((text) => text.trim() !== '' && text.length < 3_000);
  const lost = await wall.page.evaluate(
    async ([texts, office, called]) => {
      const { port1, port2 } = new MessageChannel();
      const drawn = () => new Promise<void>((resolve) => ((port1.onmessage = () => resolve()), port2.postMessage(null)));
      const lost: string[] = [];
      for (const [index, text] of texts.entries()) {
        window.tell('office', { ...office, name: text });
        window.tell('called', { ...called, number: `A-${index}`, line_name: text, line: 'NONE', desk: { name: text, place: text } });
        await drawn();
        await drawn();
        const head = document.querySelector('h1')!.textContent;
        const newest = document.querySelector('[data-testid="newest"]')!.textContent!;
        if (head !== text || !newest.includes(`${text} · ${text}`)) lost.push(text);
      }
      return lost;
    },
    [shown, OFFICE, call('A-001')] as const,
  );
  expect(lost).toEqual([]);
  await office.isNow(OFFICE);
  expect(watch.faults).toEqual([]);
});

test.describe('before there is an admin', () => {
  test.use({ serve: { demo: false, flags: [] } });

  test('the set-up stands every text', async ({ centre }) => {
    const first = await centre.admin('ko');
    const watch = await Watch.over(first);
    await first.follow(first.wire.origin + new URL(centre.server.setupLink).pathname + new URL(centre.server.setupLink).hash);
    await expect(first.by('set-up')).toBeVisible();
    expect((await floods(first.page, all)).length).toBe(4);
    const trouble = first.by('trouble');
    await first.setUp({ login: '가'.repeat(100_000), password: 'correct horse battery' });
    await expect(trouble).toContainText('100');
    await expect(first.by('login')).not.toHaveValue('');
    await first.setUp({ login: 'a\u0001b', password: 'correct horse battery' });
    await expect(trouble).toHaveAttribute('data-trouble', 'LOGIN');
    await first.setUp({ login: 'boss', password: 'x'.repeat(100_000) });
    await expect(trouble).toContainText('200');
    await first.setUp({ login: 'boss', password: 'correct horse battery' });
    await expect(first.by('guide')).toBeVisible();
    for (const step of ['FACTOR', 'OFFICE', 'LINES', 'COUNSELLOR']) {
      await first.by(`step-${step}`).click();
      await expect(first.page.locator('main input').first()).toBeVisible();
      const flooded = await floods(first.page, all);
      expect(flooded.length).toBeGreaterThan(0);
      namesItsLimit(flooded);
    }
    expect(watch.faults).toEqual([]);
  });
});
