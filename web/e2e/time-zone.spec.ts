import { expect, test } from './fixture';
import { call, OFFICE, StagedOffice } from './staged-office';

/** What a clock in a zone shows now, as hours and minutes, give or take the minute that may pass meanwhile. */
function clockIn(timeZone: string): RegExp {
  const shown = (at: number) => new Date(at).toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  const now = Date.now();
  return new RegExp([now - 60_000, now, now + 60_000].map(shown).join('|'));
}

const dayIn = (timeZone: string, at = Date.now()) => new Date(at).toLocaleDateString('en-CA', { timeZone });

/** Neither is the zone a page takes where it knows nothing. */
const [OFFICE_ZONE, BROWSER_ZONE] = ['America/New_York', 'Europe/Paris'];
const elsewhere = { timezoneId: BROWSER_ZONE, locale: 'en-GB' };

test.use({ serve: { demo: true, flags: ['--time-zone', OFFICE_ZONE] } });

test('an office in New York is read by its own clock on a browser in Paris', async ({ centre }) => {
  const { demo } = centre.server;
  const wall = await centre.visitor('en', elsewhere);
  await wall.page.goto(`${wall.wire.origin}/display?lang=en`);
  await expect(wall.by('clock').locator('time')).toHaveText(clockIn(OFFICE_ZONE));

  const counsellor = await centre.onDuty('en', elsewhere);
  const visitor = await centre.visitor('en', elsewhere);
  const number = await visitor.ask();
  await counsellor.accept(number);
  await visitor.say('What time is it there?');
  for (const { page } of [visitor, counsellor]) {
    await expect(page.getByTestId('message').locator('time')).toHaveText(clockIn(OFFICE_ZONE));
  }
  // The page that comes back in the middle of a talk follows no office, and is on its clock all the same.
  await visitor.page.reload();
  await expect(visitor.by('message').locator('time')).toHaveText(clockIn(OFFICE_ZONE));

  const admin = await centre.admin('en', elsewhere);
  await admin.logIn(demo.admin);
  await admin.opens('statistics');
  await expect(admin.page.getByLabel('To', { exact: true })).toHaveValue(dayIn(OFFICE_ZONE));
  const asked = admin.page.waitForRequest(/\/consultations\?.*from=/);
  await admin.opens('consultations');
  const today = dayIn(OFFICE_ZONE);
  await admin.page.getByLabel('From', { exact: true }).fill(today);
  await admin.by('search').click();
  const from = new URL((await asked).url()).searchParams.get('from')!;
  expect(new Date(from).toLocaleTimeString('en-GB', { timeZone: OFFICE_ZONE })).toBe('00:00:00');
  expect(dayIn(OFFICE_ZONE, Date.parse(from))).toBe(today);
  await expect(admin.by('consultation-row').first()).toContainText(clockIn(OFFICE_ZONE));
});

test('a wall whose office says another zone turns to it', async ({ centre }) => {
  const wall = await centre.visitor('en', elsewhere);
  const office = await StagedOffice.on(wall.page, { ...OFFICE, time_zone: 'Asia/Kolkata' });
  await wall.page.goto(`${wall.wire.origin}/display?lang=en`);
  await office.calls(call('A-001'));
  await expect(wall.by('clock').locator('time')).toHaveText(clockIn('Asia/Kolkata'));
  await office.isNow({ ...OFFICE, time_zone: 'Europe/London' });
  await expect(wall.by('clock').locator('time')).toHaveText(clockIn('Europe/London'));
});
