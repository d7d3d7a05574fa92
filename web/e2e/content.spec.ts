import { expect, either, test } from './fixture';

for (const language of either('en')) {
  test(`a manager writes, edits and takes down a notice (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opens('notices');
    await admin.by('notice-new').click();
    await admin.by('notice-make').click();
    await expect(admin.by('fault-title')).toBeVisible();
    await admin.by('notice-title').fill('설 연휴 안내');
    await admin.by('notice-body').fill('2월 16일부터 18일까지 쉽니다.');
    await admin.by('notice-from').fill('2026-02-10T09:00');
    await admin.by('notice-until').fill('2026-02-10T08:00');
    await admin.by('notice-make').click();
    await expect(admin.by('fault-until')).toBeVisible();
    await admin.by('notice-until').fill('2126-02-19T00:00');
    await admin.by('notice-make').click();
    const row = admin.by('notice-row').filter({ hasText: '설 연휴 안내' });
    await expect(row.locator('[data-state="SHOWN"]')).toBeVisible();
    await row.getByTestId('notice-open').click();
    await admin.by('notice-title').fill('연휴 안내');
    await admin.by('notice-form-save').click();
    // The earlier title has the new one in it.
    await expect(admin.by('notice-row')).not.toContainText('설 연휴 안내');
    await expect(admin.by('notice-row')).toContainText('연휴 안내');
    const shown = await admin.page.request.get(`${admin.wire.origin}/api/v1/posts?kind=NOTICE&language=ko`);
    expect(((await shown.json()) as { items: Array<{ title: string }> }).items.map(({ title }) => title)).toEqual(['연휴 안내']);
    await admin.by('notice-open').click();
    await admin.by('notice-delete').click();
    await admin.by('notice-delete-confirm').click();
    await expect(admin.by('none')).toBeVisible();
  });

  test(`shared replies and one's own are kept apart (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opens('replies');
    await admin.by('reply-new').click();
    await admin.by('reply-shortcut').fill('인 사');
    await admin.by('reply-body').fill('{visitor} 님, 안녕하세요.');
    await admin.by('reply-make').click();
    await expect(admin.by('fault-shortcut')).toBeVisible();
    await admin.by('reply-shortcut').fill('인사');
    await admin.by('reply-make').click();
    await expect(admin.by('reply-row')).toContainText('인사');
    await admin.by('scope-own').click();
    await expect(admin.by('none')).toBeVisible();
    await admin.by('reply-new').click();
    await admin.by('reply-shortcut').fill('인사');
    await admin.by('reply-body').fill('반갑습니다.');
    await admin.by('reply-make').click();
    await expect(admin.by('fault-shortcut')).toHaveAttribute('data-fault', 'fault.SHORTCUT_TAKEN');
    await expect(admin.by('reply-body')).toHaveValue('반갑습니다.');
    await admin.by('reply-shortcut').fill('반가워요');
    await admin.by('reply-make').click();
    await admin.by('reply-row').getByTestId('reply-open').click();
    await admin.by('reply-body').fill('정말 반갑습니다.');
    await admin.by('reply-form-save').click();
    await expect(admin.by('reply-row')).toContainText('정말 반갑습니다.');
  });

  test(`the organisation gets its name on the page of the lines (${language})`, async ({ centre }) => {
    const admin = await centre.admin(language);
    await admin.logIn(centre.server.demo.admin);
    await admin.opens('lines');
    await admin.by('office-name').fill('두드림 센터');
    await admin.by('office-save').click();
    await expect(admin.by('office-saved')).toHaveText(/\S/);
    const office = await admin.page.request.get(`${admin.wire.origin}/api/v1/office`);
    expect(((await office.json()) as { name: string }).name).toBe('두드림 센터');
  });
}
