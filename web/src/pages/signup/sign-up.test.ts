import { afterEach, expect, test, vi } from 'vitest';

import { Reset } from '../reset/reset';
import { SignUp } from './sign-up';

afterEach(() => vi.unstubAllGlobals());

const answers = (body: object) =>
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status: 202, headers: { 'content-type': 'application/json' } }));

for (const mail of [true, false]) {
  test(`who signs up is told whether a mail comes: ${mail}`, async () => {
    answers({ account: { id: 'a' }, mail });
    const signUp = new SignUp();
    signUp.form.type({ login: 'park', email: 'park@example.org', name: '박', password: 'long enough', again: 'long enough' });
    await signUp.submit();
    expect(signUp.sentTo.value).toBe('park@example.org');
    expect(signUp.hasMail.value).toBe(mail);
  });

  test(`who forgot the password is told whether a mail comes: ${mail}`, async () => {
    answers({ mail });
    const reset = new Reset();
    reset.asking.type({ login: 'park' });
    await reset.ask();
    expect(reset.stage.value.at).toBe(mail ? 'SENT' : 'NO_MAIL');
  });
}
