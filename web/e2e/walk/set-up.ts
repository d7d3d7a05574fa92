import { expect, type Centre } from '../fixture';
import type { Language } from '../people';
import { totp } from '../totp';
import { said } from './said';
import { at, type Look, type Tour } from './tour';

const BOSS = { login: 'boss', password: 'long enough' };
const HELPER = { login: 'helper', password: 'a first password' };

async function walk(centre: Centre, language: Language, look: Look): Promise<void> {
  const words = said(language);
  const operator = await centre.admin(language, at(language));
  await operator.follow(`${centre.server.url}/setup`);
  await expect(operator.by('dead-end')).toBeVisible();
  await look(operator, 'no-link', 'Without the printed link');
  await operator.page.goto(centre.server.setupLink);
  await operator.setUp(BOSS, 'something else');
  await expect(operator.by('trouble')).toHaveText(/\S/);
  await look(operator, 'admin', 'The first admin');
  await operator.setUp(BOSS);
  await expect(operator.by('guide')).toHaveAttribute('data-step', 'FACTOR');
  await look(operator, 'factor', 'The second factor', { also: ['dark'] });
  await operator.by('factor-password').fill(BOSS.password);
  await operator.by('factor-start').click();
  await operator.by('factor-code').fill(totp(await operator.by('factor-secret').inputValue()));
  await operator.by('factor-confirm').click();
  await operator.by('codes-kept').click();
  await operator.by('guide-next').click();
  await operator.by('office-name').fill(words.office);
  await operator.by('office-save').click();
  await expect(operator.by('office-saved')).toHaveText(/\S/);
  await look(operator, 'office', 'What the office is called');
  await operator.by('guide-next').click();
  await operator.by('line-new-ko').fill(words.line[0]!);
  await operator.by('line-new-en').fill(words.line[1]!);
  await operator.by('line-add').click();
  await expect(operator.by('line-LEGAL_ADVICE')).toBeVisible();
  await look(operator, 'lines', 'The lines');
  await operator.by('guide-next').click();
  await operator.by('counsellor-name').fill(words.newcomer);
  await operator.by('counsellor-login').fill(HELPER.login);
  await operator.by('counsellor-password').fill(HELPER.password);
  await operator.by('counsellor-again').fill(HELPER.password);
  await look(operator, 'counsellor', 'The first counsellor');
  await operator.by('counsellor-make').click();
  await expect(operator.by('counsellor-there')).toContainText(words.newcomer);
  await operator.by('guide-next').click();
  await look(operator, 'try', 'Trying it');
  const late = await centre.admin(language);
  await late.follow(centre.server.setupLink);
  await late.setUp({ login: 'other', password: 'long enough' });
  await expect(late.by('dead-end')).toBeVisible();
  await look(late, 'used', 'The link works once');
}

export const setUp: Tour = {
  name: 'set-up',
  title: 'Setting up',
  sizes: ['desktop'],
  serve: { demo: false, flags: [] },
  walk,
};
