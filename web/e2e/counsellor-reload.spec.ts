import { expect, test } from './fixture';

test('the form of a talk that is over is there after a reload, and goes once it is on file', async ({ centre }) => {
  const { counsellor, number } = await centre.talk('ko');
  await counsellor.end();
  await counsellor.by('wrap-up-memo').fill('반쯤 쓴 메모');
  await counsellor.page.reload();
  await counsellor.connected();
  await expect(counsellor.by('room-tab')).toContainText(number);
  await expect(counsellor.by('wrap-up-memo')).toHaveValue('반쯤 쓴 메모');
  await counsellor.wrapUp('다 쓴 메모');
  await counsellor.page.reload();
  await counsellor.connected();
  await expect(counsellor.by('intent')).toHaveAttribute('data-intent', 'OPEN');
  await expect(counsellor.by('room-tab')).toHaveCount(0);
});

test('an admin who comes here is told who may, and the way to the right page', async ({ centre }) => {
  const admin = await centre.admin('ko');
  const sockets: string[] = [];
  admin.page.on('websocket', (socket) => sockets.push(socket.url()));
  await admin.go('/counsellor');
  await admin.enters(centre.server.demo.admin);
  await expect(admin.by('not-here')).toBeVisible();
  expect(sockets).toEqual([]);
  await admin.by('to-admin').click();
  await admin.connected();
});
