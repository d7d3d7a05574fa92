import { expect, either, test } from './fixture';
import { totp } from './totp';

for (const language of either('en')) {
  test(`an admin sets a second factor up and logs in with it, and with a recovery code once (${language})`, async ({
    centre,
  }) => {
    const { admin: who } = centre.server.demo;
    const admin = await centre.admin(language);
    await admin.go('/account');
    await admin.enters(who);
    await expect(admin.by('second-factor')).toHaveAttribute('data-on', 'false');
    await admin.by('factor-password').fill('wrong password');
    await admin.by('factor-start').click();
    await expect(admin.by('fault-password')).toBeVisible();
    await admin.by('factor-password').fill(who.password);
    await admin.by('factor-start').click();
    await expect(admin.by('qr')).toBeVisible();
    const secret = await admin.by('factor-secret').inputValue();
    await admin.by('factor-code').fill('000000');
    await admin.by('factor-confirm').click();
    await expect(admin.by('fault-code')).toBeVisible();
    await admin.by('factor-code').fill(totp(secret));
    await admin.by('factor-confirm').click();
    const codes = (await admin.by('recovery-codes').inputValue()).split('\n');
    expect(codes).toHaveLength(10);
    await admin.by('codes-kept').click();
    await expect(admin.by('second-factor')).toHaveAttribute('data-on', 'true');
    await admin.by('log-out').click();

    await admin.enters(who);
    await admin.by('code').fill('000000');
    await admin.by('log-in').click();
    await expect(admin.by('trouble')).toHaveAttribute('data-trouble', 'login.code.wrong');
    // The step the factor was confirmed with counts no more; the next one does.
    await admin.by('code').fill(totp(secret, 1));
    await admin.by('log-in').click();
    await expect(admin.by('second-factor')).toHaveAttribute('data-on', 'true');
    await admin.by('log-out').click();
    await admin.enters(who);
    await admin.by('code').fill(codes[0]!);
    await admin.by('log-in').click();
    await expect(admin.by('me')).toBeVisible();
    await admin.by('log-out').click();
    await admin.enters(who);
    await admin.by('code').fill(codes[0]!);
    await admin.by('log-in').click();
    await expect(admin.by('trouble')).toHaveAttribute('data-trouble', 'login.code.wrong');
  });

  test(`a token is shown once, works, and is revoked (${language})`, async ({ centre }) => {
    const { server } = centre;
    const counsellor = await centre.counsellor(language);
    await counsellor.go('/account');
    await counsellor.enters(server.demo.counsellor1);
    await counsellor.by('token-name').fill('report');
    await counsellor.by('token-make').click();
    const token = await counsellor.by('token').inputValue();
    expect(token).toMatch(/^ant_/);
    const asks = () => fetch(`${server.url}/api/v1/session`, { headers: { authorization: `Bearer ${token}` } });
    expect((await asks()).status).toBe(200);
    await counsellor.by('token-kept').click();
    await expect(counsellor.by('token')).toHaveCount(0);
    await counsellor.page.reload();
    await counsellor.by('token-row').filter({ hasText: 'report' }).getByTestId('token-revoke').click();
    await counsellor.by('token-revoke-confirm').click();
    await expect(counsellor.by('token-row')).toHaveCount(0);
    expect((await asks()).status).toBe(401);
  });

  test(`before a token is made the page asks once who sits here, and then makes it (${language})`, async ({ centre }) => {
    const who = centre.server.demo.counsellor1;
    const here = await centre.counsellor(language);
    await here.go('/account');
    await here.enters(who);
    // As after ten minutes: the server wants a proof, and has it once it takes the password.
    let proven = false;
    here.page.on('response', (response) => (proven ||= response.url().endsWith('/session/proof') && response.status() === 204));
    await here.page.route('**/api/v1/tokens', async (route) => {
      if (route.request().method() !== 'POST' || proven) return route.continue();
      const body = JSON.stringify({ status: 403, code: 'STEP_UP' });
      return route.fulfill({ status: 403, contentType: 'application/problem+json', body });
    });
    await here.by('token-name').fill('report');
    await here.by('token-write').uncheck();
    await here.by('token-make').click();
    await here.by('step-up-password').fill('not it');
    await here.by('step-up-go').click();
    await expect(here.by('step-up').getByTestId('fault-password')).toBeVisible();
    await here.page.keyboard.press('Escape');
    await expect(here.by('step-up')).toHaveCount(0);
    await expect(here.by('token')).toHaveCount(0);
    await here.by('token-make').click();
    await here.by('step-up-password').fill(who.password);
    await here.by('step-up-go').click();
    await expect(here.by('token')).toHaveValue(/^ant_/);
    await expect(here.by('step-up')).toHaveCount(0);
  });

  test(`one sees where one is logged in, and ends what is elsewhere (${language})`, async ({ centre }) => {
    const who = centre.server.demo.counsellor1;
    const there = await centre.counsellor(language);
    await there.logIn(who);
    const here = await centre.counsellor(language);
    await here.go('/account');
    await here.enters(who);
    await expect(here.by('log-in-row')).toHaveCount(2);
    await expect(here.by('log-in-current')).toHaveCount(1);
    await here.by('log-ins-end-others').click();
    await expect(here.by('log-in-row')).toHaveCount(1);
    await expect(here.by('log-ins-ended')).toHaveText(/1/);
    await expect(there.by('trouble')).toHaveAttribute('data-trouble', 'login.ended');
  });

  test(`a changed password ends the other log-ins, and each is told once (${language})`, async ({ centre }) => {
    const who = centre.server.demo.counsellor1;
    const here = await centre.counsellor(language);
    const there = await centre.counsellor(language);
    await there.logIn(who);
    await here.go('/account');
    await here.enters(who);
    await here.by('current').fill('not it');
    await here.by('new-password').fill('a new password');
    await here.by('again').fill('a new password');
    await here.by('change-password').click();
    await expect(here.by('fault-current')).toBeVisible();
    await here.by('current').fill(who.password);
    await here.by('change-password').click();
    await expect(here.by('password-changed')).toHaveText(/\S/);
    await expect(there.by('log-in')).toBeVisible();
    await expect(there.by('trouble')).toHaveAttribute('data-trouble', 'login.ended');
    await there.enters({ ...who, password: 'a new password' });
    await there.connected();
  });

  test(`when somebody’s validity ends, their page goes to the log-in and says so (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const counsellor = await centre.counsellor(language);
    await counsellor.logIn(demo.counsellor1);
    const admin = await centre.admin(language);
    await admin.logIn(demo.admin);
    const name = (await counsellor.by('to-account').textContent())!;
    await admin.opensAccount(name);
    await admin.by('from').fill('2020-01-01T00:00');
    await admin.by('until').fill('2019-01-01T00:00');
    await admin.by('validity-reason').fill('contract ended');
    await admin.by('validity-save').click();
    await expect(admin.by('fault-until')).toBeVisible();
    await expect(admin.by('validity-reason')).toHaveValue('contract ended');
    await admin.by('until').fill('2021-01-01T00:00');
    await admin.by('validity-save').click();
    await expect(admin.by('account').locator('[data-state="EXPIRED"]')).toBeVisible();
    await expect(counsellor.by('log-in')).toBeVisible();
    await expect(counsellor.by('trouble')).toHaveAttribute('data-trouble', 'login.ended');
    await counsellor.enters(demo.counsellor1);
    await expect(counsellor.by('trouble')).toHaveAttribute('data-trouble', 'login.failed');
  });
}
