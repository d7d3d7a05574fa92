import { expect, LANGUAGES, test } from './fixture';

for (const language of LANGUAGES) {
  test(`a visitor is helped, and the admin finds the record (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const counsellor = await centre.onDuty(language);
    const admin = await centre.admin(language);
    await admin.logIn(demo.admin);
    await expect(admin.by('counsellor-row').first()).toBeVisible();

    const visitor = await centre.visitor(language);
    const number = await visitor.ask({ nickname: 'Min-jun', note: 'about a form' });
    await counsellor.isOffered(number);
    await expect(counsellor.by('offer')).toContainText('Min-jun');
    await expect(counsellor.by('offer')).toContainText('about a form');
    await expect(counsellor.by('countdown')).toHaveAttribute('data-left', /\d+/);
    await expect(admin.by('ticket-row').filter({ hasText: number })).toBeVisible();

    await counsellor.accept(number);
    await visitor.talks();
    await expect(admin.by('room-row').filter({ hasText: number })).toBeVisible();
    await visitor.say('hello');
    await counsellor.reads('hello');
    await counsellor.say('how can I help?', 'take your time');
    await visitor.reads('hello', 'how can I help?', 'take your time');
    await expect(visitor.by('message').first().locator('.mark')).toHaveAttribute('data-state', 'SEEN');

    await counsellor.end();
    await expect(visitor.by('ended')).toBeVisible();
    await visitor.by('rate-5').click();
    await visitor.by('rate-comment').fill('kind');
    await visitor.by('rate-send').click();
    await expect(visitor.by('line-GENERAL').or(visitor.by('request'))).toBeVisible();

    await counsellor.wrapUp('told about the form');
    await expect(admin.by('room-row')).toHaveCount(0);
    await admin.records();
    const record = await admin.findsRecord(number);
    await record.getByTestId('consultation-open').click();
    await expect(admin.by('memo')).toHaveValue('told about the form');
    await expect(admin.by('consultation').getByTestId('message')).toHaveCount(3);
    expect(centre.dialogs).toEqual([]);
  });

  test(`a visitor cancels, is told so, and the next one starts afresh (${language})`, async ({ centre }) => {
    const counsellor = await centre.counsellor(language);
    await counsellor.logIn(centre.server.demo.counsellor1);
    await counsellor.pause();
    const visitor = await centre.visitor(language);
    await visitor.ask({ nickname: 'Seo-yeon' });
    await visitor.by('cancel').click();
    await visitor.by('cancel-confirm').click();
    await expect(visitor.by('closed-reason')).toHaveAttribute('data-reason', 'CANCELLED');
    await visitor.by('again').click();
    await visitor.fill();
    await visitor.by('tell').click();
    await expect(visitor.by('nickname')).toHaveValue('');
  });

  test(`an admin ends a room, and both sides are told (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const { counsellor, visitor, number } = await centre.talk(language);
    const admin = await centre.admin(language);
    await admin.logIn(demo.admin);
    await admin.by('room-row').filter({ hasText: number }).getByTestId('end-room').click();
    await admin.by('end-room-confirm').click();
    await expect(admin.by('room-row')).toHaveCount(0);
    await expect(visitor.by('rate-skip')).toBeVisible();
    await expect(counsellor.by('ended')).toHaveAttribute('data-reason', 'ADMIN');
  });
}
