import { expect, LANGUAGES, test } from './fixture';

test.use({ serve: { demo: false, flags: [] } });

for (const language of LANGUAGES) {
  test(`the first admin is made with the printed link, once (${language})`, async ({ centre }) => {
    const link = centre.server.setupLink;
    const operator = await centre.admin(language);
    await operator.follow(link);
    await expect(operator.page).toHaveURL(`${centre.server.url}/setup`);
    await operator.setUp({ login: 'boss', password: 'long enough' }, 'something else');
    await expect(operator.by('trouble')).toHaveAttribute('data-trouble', 'PASSWORDS_DIFFER');
    await expect(operator.by('again')).toBeFocused();
    await operator.setUp({ login: 'boss', password: 'long enough' });
    await operator.by('to-admin').click();
    await operator.by('login').fill('boss');
    await operator.by('password').fill('long enough');
    await operator.by('log-in').click();
    await operator.connected();

    // A page opened in a tab without its link says where to find it, and a used link that it is used.
    const late = await centre.admin(language);
    await late.follow(`${centre.server.url}/setup`);
    await expect(late.by('dead-end')).toHaveAttribute('data-why', 'NO_LINK');
    await late.page.goto(link);
    await late.setUp({ login: 'other', password: 'long enough' });
    await expect(late.by('dead-end')).toHaveAttribute('data-why', 'ALREADY_SET_UP');
    await expect(late.by('to-admin')).toBeVisible();
  });

  test(`a link that is not the printed one makes nobody an admin (${language})`, async ({ centre }) => {
    const operator = await centre.admin(language);
    await operator.follow(`${centre.server.url}/setup#made-up`);
    await operator.setUp({ login: 'boss', password: 'long enough' });
    await expect(operator.by('dead-end')).toHaveAttribute('data-why', 'BAD_LINK');
    await operator.page.goto(centre.server.setupLink);
    await operator.setUp({ login: 'boss', password: 'long enough' });
    await expect(operator.by('done')).toContainText('boss');
  });
}
