import type { Page } from '@playwright/test';

import { expect, test } from './fixture';
import type { Person } from './people';

// A line that dies without a word: nothing passes, nothing is closed. The server would say something every second.
test.use({ serve: { demo: true, flags: ['--heartbeat-s', '1'] } });

const isLost = (person: Person) => expect(person.by('connection')).toHaveAttribute('data-connection', 'RETRYING');

test('a visitor is told that the line is lost, and has the place again', async ({ centre }) => {
  const visitor = await centre.visitor('ko');
  const number = await visitor.ask();
  visitor.wire.fallSilent();
  await isLost(visitor);
  await expect(visitor.by('number')).toHaveText(number);
  visitor.wire.restore();
  await visitor.connected();
  await visitor.standsAt(number, 0);
});

test('what a visitor gives up on a dead line is given up', async ({ centre }) => {
  const visitor = await centre.visitor('ko');
  await visitor.ask();
  visitor.wire.fallSilent();
  await visitor.by('cancel').click();
  await visitor.by('cancel-confirm').click();
  await isLost(visitor);
  visitor.wire.restore();
  await expect(visitor.by('closed-reason')).toHaveAttribute('data-reason', 'CANCELLED');
});

test('a counsellor who opens on a dead line is open, and is rung', async ({ centre }) => {
  const counsellor = await centre.counsellor('ko');
  await counsellor.logIn(centre.server.demo.counsellor1);
  counsellor.wire.fallSilent();
  await counsellor.by('open').click();
  await isLost(counsellor);
  counsellor.wire.restore();
  await expect(counsellor.by('intent')).toHaveAttribute('data-intent', 'OPEN');
  const visitor = await centre.visitor('ko');
  const number = await visitor.ask();
  await counsellor.isOffered(number);
});

test('a talk loses no word to it', async ({ centre }) => {
  const { counsellor, visitor } = await centre.talk('ko');
  await visitor.say('하나');
  visitor.wire.fallSilent();
  await visitor.by('say-input').fill('둘');
  await visitor.by('say-send').click();
  await isLost(visitor);
  visitor.wire.restore();
  await visitor.reads('하나', '둘');
  await counsellor.reads('하나', '둘');
});

test('a rating survives a reload, and is thanked for when it is on file', async ({ centre }) => {
  const { visitor } = await centre.talk('ko');
  await visitor.end();
  await visitor.by('rate-5').click();
  await visitor.by('rate-comment').fill('친절했어요');
  await visitor.page.reload();
  await expect(visitor.by('rate-comment')).toHaveValue('친절했어요');
  visitor.wire.fallSilent();
  await visitor.by('rate-send').click();
  await isLost(visitor);
  await expect(visitor.by('thanks')).toHaveCount(0);
  visitor.wire.restore();
  await expect(visitor.by('thanks')).toBeVisible();
});

test('a wall and an admin’s live screen are told, too', async ({ centre }) => {
  const wall = await centre.visitor('ko');
  const admin = await centre.admin('ko');
  await wall.page.goto(`${wall.wire.origin}/display`);
  await expect(wall.page.locator('.wall')).toHaveAttribute('data-reach', 'OPEN');
  await admin.logIn(centre.server.demo.admin);
  for (const person of [wall, admin]) person.wire.fallSilent();
  await isLost(admin);
  await expect(wall.page.locator('.wall')).toHaveAttribute('data-reach', 'LOST');
  for (const person of [wall, admin]) person.wire.restore();
  await admin.connected();
  await expect(wall.page.locator('.wall')).toHaveAttribute('data-reach', 'OPEN');
});

/** Something on the way lets every request pass but those for sockets. */
async function keepsSocketsOut(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const Real = WebSocket;
    window.WebSocket = class extends Real {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(String(url).replace(/\/ws\/.*/, '/ws-kept-out'), protocols);
      }
    };
  });
}

test('a page whose sockets are kept out says so, and what to do', async ({ centre }) => {
  const visitor = await centre.visitor('ko');
  await keepsSocketsOut(visitor.page);
  await visitor.arrive();
  await visitor.fill();
  await visitor.by('request').click();
  await expect(visitor.by('connection')).toHaveAttribute('data-connection', 'BLOCKED');
  await expect(visitor.by('connection')).toContainText('WebSocket');
});
