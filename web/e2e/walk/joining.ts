import { expect, type Centre } from '../fixture';
import type { Language } from '../people';
import { totp } from '../totp';
import { settleIn } from './office';
import { said } from './said';
import { at, type Look, type Tour } from './tour';

async function joins(centre: Centre, language: Language, look: Look): Promise<void> {
  const newcomer = await centre.counsellor(language);
  await newcomer.go('/signup');
  await look(newcomer, 'sign-up', 'Asking for an account', { sizes: ['desktop', 'phone'] });
  await newcomer.by('sign-up').click();
  await expect(newcomer.by('fault-login')).toBeVisible();
  await look(newcomer, 'sign-up-faults', 'What is missing is said where it is missing');
  const fields = { login: 'saerom', name: said(language).newcomer, email: 'saerom@example.org', password: 'long enough', again: 'long enough' };
  for (const [field, text] of Object.entries(fields)) await newcomer.by(field).fill(text);
  await newcomer.by('sign-up').click();
  await expect(newcomer.by('sent-without-mail')).toBeVisible();
  await look(newcomer, 'sign-up-sent', 'A mail is on its way');
  await newcomer.follow(await centre.server.linkFor('saerom@example.org'));
  await expect(newcomer.by('verified')).toBeVisible();
  await look(newcomer, 'verified', 'The address is confirmed');
  await newcomer.go('/verify#made-up');
  await expect(newcomer.by('dead-end')).toBeVisible();
  await look(newcomer, 'verify-bad-link', 'A link that is no longer good');
  await newcomer.go('/reset');
  await look(newcomer, 'reset', 'A forgotten password');
  await newcomer.go('/reset#made-up');
  await expect(newcomer.by('reset-set')).toBeVisible();
  await look(newcomer, 'reset-new', 'Choosing a new one');
}

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  await settleIn(centre, language);
  await joins(centre, language, look);
  const { admin: who } = centre.server.demo;
  const own = await centre.admin(language, at(language));
  await own.go('/account');
  await own.enters(who);
  await expect(own.by('me')).toBeVisible();
  await look(own, 'account', 'One’s own account', { also: ['dark'] });
  await own.by('token-name').fill(said(language).token);
  await own.by('token-make').click();
  await expect(own.by('token')).toHaveValue(/^ant_/);
  await own.by('token').scrollIntoViewIfNeeded();
  await look(own, 'account-token', 'A token for a program, shown once');
  await own.by('factor-password').fill(who.password);
  await own.by('factor-start').click();
  await expect(own.by('qr')).toBeVisible();
  await own.by('qr').scrollIntoViewIfNeeded();
  await look(own, 'account-factor', 'A second factor, by its code');
  await own.by('factor-code').fill(totp(await own.by('factor-secret').inputValue()));
  await own.by('factor-confirm').click();
  await expect(own.by('recovery-codes')).toBeVisible();
  await own.by('recovery-codes').scrollIntoViewIfNeeded();
  await look(own, 'account-codes', 'Recovery codes, shown once');
  await own.by('log-out').click();
  await own.enters(who);
  await expect(own.by('code')).toBeFocused();
  await look(own, 'log-in-code', 'Logging in with the second factor');
}

export const joining: Tour = { name: 'joining', title: 'Joining, and one’s own account', sizes: ['desktop'], walk };
