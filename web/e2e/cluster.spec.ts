import { Cluster } from './cluster';
import { Centre, expect, test as base } from './fixture';
import type { Admin, Person } from './people';
import { Wire } from './wire';

/** Who sits at a test, each by the balancer. */
const PEOPLE = 3;
const NAMES = ['one', 'two', 'three'];

const test = base.extend<{ wires: readonly Wire[]; cluster: Cluster }>({
  wires: async ({}, use) => {
    const wires = await Promise.all(Array.from({ length: PEOPLE }, () => Wire.lay()));
    await use(wires);
    await Promise.all(wires.map((wire) => wire.remove()));
  },
  cluster: async ({ wires }, use, info) => {
    const cluster = await Cluster.open(NAMES, wires.map(({ origin }) => origin));
    for (const wire of wires) wire.lead(cluster.port);
    await use(cluster);
    if (info.status !== info.expectedStatus) await info.attach('servers', { body: cluster.log });
    await cluster.close();
  },
  centre: async ({ browser, cluster, wires }, use) => {
    const centre = new Centre(cluster.first, browser, wires);
    centre.onArrival = (page) => cluster.watch(page);
    await use(centre);
    for (const context of browser.contexts()) await context.close();
  },
});

const found = (admin: Admin, key: string) => admin.page.locator(`[data-finding="servers.${key}"]`);
const rowOf = (admin: Admin, name: string) => admin.by('server-row').filter({ has: admin.page.getByText(name, { exact: true }) });

/** Comes in anew until they are at another node than somebody else. */
async function standsApart(cluster: Cluster, person: Person, other: Person): Promise<string> {
  for (;;) {
    const [mine, theirs] = [await cluster.nodeOf(person), await cluster.nodeOf(other)];
    if (mine !== theirs) return mine;
    cluster.forget(person);
    await person.page.reload();
  }
}

test('two at different nodes talk on when the visitor’s is killed, and the admin sees that it is gone', async ({ centre, cluster }) => {
  const counsellor = await centre.onDuty('ko');
  const visitor = await centre.visitor('en');
  const admin = await centre.admin('en');
  await admin.logIn(centre.server.demo.admin);
  await admin.opens('servers');
  await expect(admin.by('server-row')).toHaveCount(NAMES.length);
  await expect(admin.page.locator('[data-task="matches"]')).toHaveCount(1);
  await expect(admin.by('servers-well')).toBeVisible();

  const number = await visitor.ask();
  const killed = await standsApart(cluster, visitor, counsellor);
  await counsellor.isOffered(number);
  await counsellor.accept(number);
  await visitor.talks();
  await visitor.say('Is anybody there?');
  await counsellor.reads('Is anybody there?');
  await counsellor.say('Yes.');
  await visitor.reads('Is anybody there?', 'Yes.');

  await cluster.servers.get(killed)!.end('SIGKILL');
  // Nobody does anything, and what is said meanwhile is not lost.
  await visitor.say('My screen blinked.');
  await counsellor.say('I am still here.');
  await expect(visitor.by('message')).toHaveCount(4);
  // Whose word came first is the room's to say: both read the same.
  const both = await visitor.by('message').locator('.body').allInnerTexts();
  expect(both.toSorted()).toEqual(['I am still here.', 'Is anybody there?', 'My screen blinked.', 'Yes.']);
  for (const person of [counsellor, visitor]) await person.reads(...both);
  expect(await cluster.nodeOf(visitor)).not.toBe(killed);

  await expect(rowOf(admin, killed).locator('[data-state="GONE"]')).toBeVisible();
  await expect(found(admin, 'gone')).toContainText(killed);
  await expect(admin.page.locator('[data-task="matches"]')).toHaveCount(1);
});

/** Whatever a page said of a lost line, of maintenance or of somebody who is away, since it was asked to remember. */
async function remembersTrouble({ page }: Person): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const said = new Set<string>();
    const look = () => {
      for (const element of document.querySelectorAll('.connection.trouble, .presence.trouble, .wall-foot, .failed')) {
        if (element.textContent) said.add(element.textContent);
      }
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    Object.assign(window, { said });
  });
  return () => page.evaluate(() => [...(window as unknown as { said: Set<string> }).said]);
}

test('nodes that are asked to leave end no talk, and neither who sits elsewhere nor the wall hears of trouble', async ({ centre, cluster }) => {
  const counsellor = await centre.onDuty('ko');
  const visitor = await centre.visitor('en');
  const wall = await centre.visitor('ko');
  const number = await visitor.ask();
  const first = await standsApart(cluster, visitor, counsellor);
  await wall.page.goto(`${wall.wire.origin}/display?lang=ko`);
  await counsellor.isOffered(number);
  await counsellor.accept(number);
  await expect(wall.by('newest')).toHaveAttribute('data-number', number);
  await visitor.say('Hello');
  await counsellor.reads('Hello');

  const said = await Promise.all([counsellor, visitor, wall].map(remembersTrouble));
  const stays = await cluster.nodeOf(counsellor);
  const leave = [first, ...NAMES.filter((name) => name !== first && name !== stays)];
  for (const name of leave) await cluster.servers.get(name)!.end('SIGTERM');
  await visitor.say('Still there?');
  await counsellor.reads('Hello', 'Still there?');
  await counsellor.say('Yes.');
  await visitor.reads('Hello', 'Still there?', 'Yes.');
  expect(await cluster.nodeOf(visitor)).toBe(stays);
  await expect(wall.by('newest')).toHaveAttribute('data-number', number);
  const [atCounsellor, atVisitor, onWall] = await Promise.all(said.map((each) => each()));
  expect([atCounsellor, onWall]).toEqual([[], []]);
  // Their own node was stopped, twice: that the line is being restored is all they may have been told.
  for (const text of atVisitor!) expect(text).toContain('is being restored');
});
