import { expect, either, test } from './fixture';
import { Keyboard } from './keyboard';
import { totp } from './totp';

test.describe.configure({ timeout: 180_000 });

for (const language of either('en')) {
  test(`a visitor asks, waits, talks, ends and rates by the keyboard alone (${language})`, async ({ centre }) => {
    const counsellor = await centre.counsellor(language);
    await counsellor.logIn(centre.server.demo.counsellor1);
    await counsellor.pause();
    const visitor = await centre.visitor(language);
    const keys = new Keyboard(visitor);
    await visitor.page.goto(`${visitor.wire.origin}/desk?lang=${language}`);
    await visitor.isFree();
    if (await visitor.by('line-GENERAL').isVisible()) await keys.presses('line-GENERAL');
    await keys.presses('tell');
    await keys.presses('back');
    await keys.presses('tell');
    await keys.fills('nickname', 'Ha-eun');
    await keys.fills('note', 'a form');
    await keys.presses('request');
    const number = await visitor.number();
    await keys.isSomewhere('the number');
    await keys.presses('cancel');
    await keys.key('Escape');
    await keys.isAt('cancel');
    await counsellor.open();
    await counsellor.accept(number);
    await visitor.talks();
    await keys.isAt('say-input');
    await visitor.page.keyboard.type('hello');
    await keys.key('Enter');
    await keys.isAt('say-input');
    await counsellor.reads('hello');
    await keys.presses('end');
    await keys.key('Escape');
    await keys.isAt('end');
    await keys.presses('end');
    await keys.presses('end-confirm');
    await keys.presses('rate-4', 'Space');
    await keys.isAt('rate-4');
    await keys.fills('rate-comment', 'kind');
    // The thanks go by themselves after a while.
    await Promise.all([expect(visitor.by('thanks')).toBeVisible(), keys.presses('rate-send')]);
    await visitor.isFree();
    await keys.isSomewhere('the end of the visit');
  });
}

test.describe('with nobody yet', () => {
  test.use({ serve: { demo: false, flags: [] } });

  for (const language of either('en')) {
    test(`a centre is set up by the keyboard alone (${language})`, async ({ centre }) => {
      const boss = { login: 'boss', password: 'long enough' };
      const operator = await centre.admin(language);
      const keys = new Keyboard(operator);
      const at = operator.by('guide');
      const link = new URL(centre.server.setupLink);
      await operator.page.goto(`${operator.wire.origin}/setup?lang=${language}${link.hash}`);
      await keys.fills('login', boss.login);
      await keys.fills('name', '관리자');
      await keys.fills('password', boss.password);
      await keys.fills('again', 'something else');
      await keys.key('Enter');
      await keys.isAt('again');
      await keys.fills('again', boss.password);
      await keys.presses('set-up');
      await expect(at).toHaveAttribute('data-step', 'FACTOR');
      await keys.isSomewhere('the first admin');

      await keys.fills('factor-password', boss.password);
      await keys.presses('factor-start');
      await expect(operator.by('factor-secret')).toBeVisible();
      await keys.isSomewhere('the key');
      const secret = await operator.by('factor-secret').inputValue();
      await keys.fills('factor-code', '000000');
      await keys.key('Enter');
      await keys.isAt('factor-code');
      await keys.fills('factor-code', totp(secret));
      await keys.presses('factor-confirm');
      await expect(operator.by('codes-kept')).toBeVisible();
      await keys.isSomewhere('the recovery codes');
      await keys.presses('codes-kept');
      await keys.presses('guide-next');

      await expect(at).toHaveAttribute('data-step', 'OFFICE');
      await keys.presses('office-save');
      await keys.isAt('office-name');
      await keys.fills('office-name', '한마음 상담센터');
      await keys.presses('office-save');
      await expect(operator.by('office-saved')).toHaveText(/\S/);
      await keys.isAt('office-save');
      await keys.presses('guide-next');

      await expect(at).toHaveAttribute('data-step', 'LINES');
      await keys.fills('line-GENERAL-ko', '종합 상담');
      await keys.presses('line-GENERAL-form-save');
      await expect(operator.by('saved').first()).toHaveText(/\S/);
      await keys.isAt('line-GENERAL-form-save');
      await keys.fills('line-new-ko', '법률 상담');
      await keys.presses('line-add');
      await keys.isAt('line-new-en');
      await keys.fills('line-new-en', 'Legal advice');
      await keys.presses('line-add');
      await expect(operator.by('line-LEGAL_ADVICE')).toContainText('B-001');
      await keys.isAt('line-new-ko');
      await keys.presses('guide-next');

      await expect(at).toHaveAttribute('data-step', 'COUNSELLOR');
      await keys.fills('counsellor-name', '박상담');
      await keys.fills('counsellor-login', boss.login);
      await keys.fills('counsellor-password', 'a first password');
      await keys.fills('counsellor-again', 'a first password');
      await keys.presses('counsellor-make');
      await keys.isAt('counsellor-login');
      await keys.fills('counsellor-login', 'helper');
      await keys.presses('counsellor-make');
      await expect(operator.by('counsellor-there')).toContainText('박상담');
      await keys.isSomewhere('the counsellor');
      await keys.presses('guide-next');

      await expect(at).toHaveAttribute('data-step', 'TRY');
      await keys.presses('try-leave');
      await expect(operator.by('try-left')).toBeVisible();
      await keys.isSomewhere('leaving');
      await keys.goesTo('try-desk');
    });
  }
});

for (const language of either('ko')) {
  test(`a manager watches, whispers, joins, moves and ends by the keyboard alone (${language})`, async ({ centre }) => {
    const { demo } = centre.server;
    const { counsellor, visitor } = await centre.talk(language, { nickname: 'Min-jun' });
    const colleague = await centre.counsellor(language);
    await colleague.logIn(demo.counsellor2);
    await colleague.open();

    const manager = await centre.admin(language);
    const keys = new Keyboard(manager);
    const { keyboard } = manager.page;
    await manager.page.goto(`${manager.wire.origin}/admin?lang=${language}`);
    await keys.fills('login', demo.admin.login);
    await keys.fills('password', demo.admin.password);
    await keyboard.press('Enter');
    await manager.connected();

    // Enter on its row opens a room.
    await keys.goesTo(manager.by('room-row').first());
    await keys.goesTo('watch-room');
    await keys.key('Enter');
    await expect(manager.by('watch-state')).toHaveAttribute('data-state', 'WATCHING');
    await keys.isAt('whisper-input');
    await keyboard.type('Ask for the date.');
    await keys.key('Enter');
    await expect(counsellor.by('whisper')).toContainText('Ask for the date.');
    await keys.isAt('whisper-input');

    await keys.presses('watch-join');
    await keys.key('Escape');
    await keys.isAt('watch-join');
    await keys.presses('watch-join');
    await keys.presses('watch-join-confirm');
    await expect(manager.by('watch-state')).toHaveAttribute('data-state', 'JOINED');
    await keys.isAt('say-input');
    await keyboard.type('I am here too.');
    await keys.key('Enter');
    await visitor.reads('I am here too.');
    await keys.presses('watch-leave');
    await expect(manager.by('watch-state')).toHaveAttribute('data-state', 'WATCHING');
    await keys.isSomewhere('leaving the talk');

    await keys.presses('watch-move');
    await keys.key('Escape');
    await keys.isAt('watch-move');
    await keys.presses('watch-move');
    await keys.goesTo('move-counsellor');
    await keyboard.press('ArrowDown');
    await expect(manager.by('move-counsellor')).not.toHaveValue('');
    await keys.presses('move-room-confirm');
    await keys.isAt('reason');
    await keyboard.type('shift ends');
    await keys.key('Enter');
    await expect(manager.by('move-room-sheet')).toHaveCount(0);
    await keys.isSomewhere('the move');
    await colleague.by('accept').click();
    await expect(colleague.by('room')).toBeVisible();
    await expect(manager.by('watch-state')).toHaveAttribute('data-state', 'WATCHING');
    await keys.isSomewhere('the next room');

    await keys.presses('watch-shut');
    await expect(manager.by('watch')).toHaveCount(0);
    await keys.isSomewhere('shutting the room');
    await keys.goesTo(manager.by('room-row').first());
    await keys.presses('end-room');
    await keys.fills('reason', 'closing time');
    await keys.presses('end-room-confirm');
    await expect(visitor.by('ended')).toHaveAttribute('data-reason', 'ADMIN');
    await expect(manager.by('room-row')).toHaveCount(0);
    await keys.isSomewhere('the end');

    const second = await centre.visitor(language);
    await colleague.pause();
    await counsellor.pause();
    await second.ask();
    await keys.goesTo(manager.by('ticket-row').first());
    await keys.presses('move-ticket');
    await keys.key('Escape');
    await keys.isAt('move-ticket');
  });
}
