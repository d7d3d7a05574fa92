import { Api } from './api';
import { expect, either, test, type Centre } from './fixture';
import type { Admin, Counsellor, Language, Visitor } from './people';

test.setTimeout(180_000);

/** A line of a topic, open at all times or at none. */
async function line(admin: Api, topic: string, name: string, prefix: string, isOpen: boolean): Promise<void> {
  await admin.call('POST', '/lines', { topic, language: 'ko', name, name_en: name, prefix, hours: isOpen ? null : {} });
}

interface Scene {
  counsellor: Counsellor;
  visitor: Visitor;
  manager: Admin;
  number: string;
}

/** Somebody talks with a counsellor, and a manager has all of it before them. */
async function talking(centre: Centre, language: Language): Promise<Scene> {
  const { demo } = centre.server;
  const { counsellor, visitor, number } = await centre.talk(language);
  const manager = await centre.admin(language);
  await manager.logIn(demo.admin);
  return { counsellor, visitor, manager, number };
}

for (const language of either('ko')) {
  test(`a move that is refused keeps what was typed, and says what can be done (${language})`, async ({ centre }) => {
    const colleague = await centre.counsellor(language);
    await colleague.logIn(centre.server.demo.counsellor2);
    await colleague.open();
    const { visitor, manager, number } = await talking(centre, language);
    await manager.by('room-row').filter({ hasText: number }).getByTestId('move-room').click();
    await manager.by('move-room-confirm').click();
    await expect(manager.by('fault-counsellor')).toBeVisible();
    const choice = manager.by('move-counsellor');
    await choice.selectOption({ index: 1 });
    const chosen = await choice.inputValue();
    await expect(manager.by('move-room-outcome')).toContainText((await choice.locator('option:checked').innerText()).split(' – ')[0]!);
    await manager.by('move-room-confirm').click();
    await expect(manager.by('fault-reason')).toBeVisible();
    await manager.by('reason').fill('교대');

    // They are gone before the manager has decided.
    await colleague.pause();
    await manager.by('move-room-confirm').click();
    await expect(manager.by('trouble')).toHaveAttribute('data-trouble', 'fault.NOBODY');
    await expect(manager.by('reason')).toHaveValue('교대');
    await expect(choice).toHaveValue(chosen);
    await colleague.open();
    await manager.by('move-room-confirm').click();
    await expect(manager.by('told')).toContainText(number);
    await colleague.accept(number);
    await visitor.say('안녕하세요');
    await colleague.reads('안녕하세요');

    // It ends while the manager reads: nothing can be done, and nothing typed is lost.
    await manager.by('room-row').filter({ hasText: number }).getByTestId('move-room').click();
    await manager.by('reason').fill('다시 교대');
    await visitor.end();
    await expect(manager.by('move-room-late')).toBeVisible();
    await expect(manager.by('move-room-confirm')).toBeDisabled();
    await expect(manager.by('reason')).toHaveValue('다시 교대');
  });

  test(`a waiting ticket goes to another line, at its own moment (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const api = await Api.as(centre.server, demo.admin);
    await line(api, 'TAX', '세금', 'T', true);
    await line(api, 'NIGHT', '야간', 'N', false);
    const first = await centre.visitor('ko');
    await first.ask({ topic: 'TAX' });
    const visitor = await centre.visitor('ko');
    const number = await visitor.ask({ topic: 'GENERAL' });
    await visitor.standsAt(number, 0);
    const last = await centre.visitor('ko');
    const behind = await last.ask({ topic: 'TAX' });
    await last.standsAt(behind, 1);

    const manager = await centre.admin(language);
    await manager.logIn(demo.admin);
    await manager.by('ticket-row').filter({ hasText: number }).getByTestId('move-ticket').click();
    await manager.by('move-ticket-line').selectOption('NIGHT');
    await manager.by('reason').fill('세금 문의');
    await manager.by('move-ticket-confirm').click();
    await expect(manager.by('trouble')).toHaveAttribute('data-trouble', 'fault.LINE_CLOSED');
    await expect(manager.by('reason')).toHaveValue('세금 문의');
    await manager.by('move-ticket-line').selectOption('TAX');
    await expect(manager.by('move-ticket-outcome')).toContainText('1');
    await manager.by('move-ticket-confirm').click();
    await expect(manager.by('told')).toContainText(number);
    await visitor.standsAt(number, 1);
    await last.standsAt(behind, 2);

    await manager.by('ticket-row').filter({ hasText: behind }).getByTestId('move-ticket').click();
    await manager.by('reason').fill('늦은 문의');
    await last.by('cancel').click();
    await last.by('cancel-confirm').click();
    await expect(manager.by('move-ticket-late')).toBeVisible();
    await expect(manager.by('reason')).toHaveValue('늦은 문의');
  });
}

test('a room that another has just ended is ended, and a ticket that is gone is not moved', async ({ centre }) => {
  const { demo } = centre.server;
  await line(await Api.as(centre.server, demo.admin), 'TAX', '세금', 'T', true);
  const { counsellor, visitor, manager, number } = await talking(centre, 'ko');
  // What the manager asks for arrives just after somebody else was faster; the server answers it as it is then.
  await manager.page.route('**/api/v1/rooms/*/end', async (route) => {
    await visitor.end();
    await expect(counsellor.by('ended')).toBeVisible();
    await route.continue();
  });
  await manager.by('room-row').filter({ hasText: number }).getByTestId('end-room').click();
  const [answer] = await Promise.all([manager.page.waitForResponse('**/api/v1/rooms/*/end'), manager.by('end-room-confirm').click()]);
  expect([404, 409]).toContain(answer.status());
  await expect(manager.by('told')).toContainText(number);
  await expect(manager.by('end-room-sheet')).toHaveCount(0);

  await counsellor.wrapUp('');
  await counsellor.pause();
  const next = await centre.visitor('ko');
  const waiting = await next.ask({ topic: 'GENERAL' });
  await manager.page.route('**/api/v1/tickets/*/line', async (route) => {
    await next.by('cancel').click();
    await next.by('cancel-confirm').click();
    await expect(next.by('number')).toHaveCount(0);
    await route.continue();
  });
  await manager.by('ticket-row').filter({ hasText: waiting }).getByTestId('move-ticket').click();
  await manager.by('move-ticket-line').selectOption('TAX');
  await manager.by('reason').fill('세금 문의');
  await manager.by('move-ticket-confirm').click();
  await expect(manager.by('trouble')).toHaveAttribute('data-trouble', 'fault.NOT_WAITING');
  await expect(manager.by('reason')).toHaveValue('세금 문의');
});
