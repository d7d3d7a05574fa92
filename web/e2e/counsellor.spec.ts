import { Stand } from './contract';
import { expect, LANGUAGES, test, type Centre } from './fixture';
import { secondWindow, type Counsellor, type Language, type Visitor } from './people';

/** A counsellor who is open, before anybody has asked. */
async function onDuty(centre: Centre, language: Language): Promise<Counsellor> {
  const counsellor = await centre.onDuty(language);
  return counsellor;
}

/** Somebody asks and is taken. */
async function talks(centre: Centre, counsellor: Counsellor, nickname: string): Promise<[Visitor, string]> {
  const visitor = await centre.visitor(counsellor.language);
  const number = await visitor.ask({ nickname });
  await counsellor.accept(number);
  await visitor.talks();
  return [visitor, number];
}

const tabOf = (counsellor: Counsellor, number: string) => counsellor.by('room-tab').filter({ hasText: number });

for (const language of LANGUAGES) {
  test(`two rooms at once keep their words apart (${language})`, async ({ centre }) => {
    const counsellor = await onDuty(centre, language);
    const [first, one] = await talks(centre, counsellor, 'One');
    await counsellor.by('say-input').fill('half a sentence to one');
    const [second, two] = await talks(centre, counsellor, 'Two');
    await expect(counsellor.by('say-input')).toHaveValue('');
    await second.say('I am two');
    await counsellor.reads('I am two');
    await first.say('I am one');
    await expect(tabOf(counsellor, one).getByTestId('unread')).toContainText('1');
    await expect(tabOf(counsellor, one)).toContainText('I am one');
    await counsellor.say('hello two');
    await second.reads('I am two', 'hello two');
    await counsellor.page.keyboard.press('Alt+ArrowDown');
    await counsellor.reads('I am one');
    await expect(counsellor.by('unread')).toHaveCount(0);
    await expect(counsellor.by('say-input')).toHaveValue('half a sentence to one');
    await expect(counsellor.by('say-input')).toBeFocused();
    await counsellor.page.keyboard.press('Enter');
    await first.reads('I am one', 'half a sentence to one');
    await expect(tabOf(counsellor, two)).toBeVisible();
  });
}

test('on a wide screen two rooms stand side by side', async ({ centre }) => {
  const counsellor = await onDuty(centre, 'en');
  await counsellor.page.setViewportSize({ width: 1920, height: 1080 });
  const [first] = await talks(centre, counsellor, 'One');
  const [second] = await talks(centre, counsellor, 'Two');
  await expect(counsellor.by('room')).toHaveCount(2);
  await first.say('left');
  await second.say('right');
  await expect(counsellor.by('room').first().locator('.body')).toHaveText(['left']);
  await expect(counsellor.by('room').last().locator('.body')).toHaveText(['right']);
  await expect(counsellor.by('unread')).toHaveCount(0);
  await counsellor.page.keyboard.press('Alt+b');
  await expect(counsellor.by('room')).toHaveCount(1);
});

test('a ring in a tab behind others, where timers sleep, still calls', async ({ centre }) => {
  const counsellor = await centre.counsellor('ko');
  await counsellor.page.addInitScript(() => {
    const told: string[] = [];
    class Told {
      static permission = 'granted';
      constructor(title: string, { body }: { body: string }) {
        told.push(`${title}|${body}`);
      }
      close() {
        told.push('closed');
      }
    }
    let hidden = false;
    const repeat = window.setInterval.bind(window);
    Object.assign(window, {
      Notification: Told,
      told,
      goBehind() {
        hidden = true;
      },
      setInterval: (run: () => void, ms: number) => repeat(run, hidden ? 60_000 : ms),
    });
    Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') });
  });
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.open();
  const { page } = counsellor;
  await page.evaluate(() => (window as unknown as { goBehind(): void }).goBehind());
  const visitor = await centre.visitor('ko');
  const number = await visitor.ask({ nickname: '민준', note: '서류' });
  await expect(page).toHaveTitle(new RegExp(number));
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  expect(await told()).toEqual([expect.stringContaining(number)]);
  expect((await told())[0]).toContain('민준\n서류');
  await visitor.by('cancel').click();
  await visitor.by('cancel-confirm').click();
  await expect(page).not.toHaveTitle(new RegExp(number));
  expect(await told()).toHaveLength(2);
});

test('drafts and notes are there after a reload, and gone after a log-out', async ({ centre }) => {
  const counsellor = await onDuty(centre, 'ko');
  const [, number] = await talks(centre, counsellor, '하은');
  await counsellor.by('say-input').fill('쓰다 만 말');
  await counsellor.by('notes').fill('여권 문의');
  await counsellor.page.reload();
  await counsellor.connected();
  await expect(counsellor.by('say-input')).toHaveValue('쓰다 만 말');
  await expect(counsellor.by('notes')).toHaveValue('여권 문의');
  await expect(counsellor.by('about')).toContainText(number);
  await expect(counsellor.by('about')).toContainText('하은');
  await counsellor.by('log-out').click();
  await expect(counsellor.by('log-in')).toBeVisible();
  const left = await counsellor.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  expect(left).not.toMatch(/쓰다 만 말|여권/);
});

test('a server without the newer parts leaves the page calm', async ({ centre }) => {
  const counsellor = await centre.counsellor('en');
  const faults: string[] = [];
  counsellor.page.on('pageerror', (error) => faults.push(String(error)));
  for (const path of ['/stats/mine', '/canned-replies*', '/colleagues', '/office']) {
    await counsellor.page.route(`**/api/v1${path}`, (route) => route.fulfill({ status: 404, json: { code: 'NOT_FOUND' } }));
  }
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.open();
  await talks(centre, counsellor, 'Eun');
  await counsellor.page.keyboard.press('Alt+t');
  await expect(counsellor.by('transfer-choice').first()).toBeVisible();
  await counsellor.page.keyboard.press('Escape');
  await counsellor.page.keyboard.press('Alt+r');
  await expect(counsellor.by('replies-failed')).toBeVisible();
  await counsellor.page.keyboard.press('Escape');
  await expect(counsellor.page.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
  expect(faults).toEqual([]);
});

test('of two windows the older is told, and the newer goes on with the drafts', async ({ centre }) => {
  const counsellor = await onDuty(centre, 'en');
  await talks(centre, counsellor, 'Eun');
  await counsellor.by('say-input').fill('half');
  const newer = await secondWindow(counsellor.page.context(), counsellor);
  await newer.page.goto(`${counsellor.wire.origin}/counsellor`);
  await newer.connected();
  await expect(counsellor.by('elsewhere')).toBeVisible();
  await expect(newer.by('say-input')).toHaveValue('half');
  await newer.by('say-input').fill('half, and more');
  await counsellor.by('take-over').click();
  await expect(newer.by('elsewhere')).toBeVisible();
  await expect(counsellor.by('say-input')).toHaveValue('half, and more');
});

test('words said in two rooms while the network is cut arrive once, each in its room', async ({ centre }) => {
  const counsellor = await onDuty(centre, 'ko');
  const [first, one] = await talks(centre, counsellor, '하나');
  const [second] = await talks(centre, counsellor, '둘');
  await counsellor.by('say-input').fill('둘에게');
  await Promise.all([counsellor.by('say-send').click(), counsellor.cut()]);
  await counsellor.say('둘에게 더');
  await tabOf(counsellor, one).click();
  await counsellor.say('하나에게');
  await counsellor.restore();
  await first.reads('하나에게');
  await second.reads('둘에게', '둘에게 더');
});

test('too much text, files and marks of direction do no harm', async ({ centre }) => {
  const counsellor = await onDuty(centre, 'ko');
  const [visitor, number] = await talks(centre, counsellor, 'שלום');
  const field = counsellor.by('say-input');
  await field.fill('이미 쓴 말');
  const bring = (type: 'paste' | 'drop', text: string | null) =>
    field.evaluate(
      (target, [type, text]) => {
        const data = new DataTransfer();
        if (text === null) data.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
        else data.setData('text/plain', text!);
        const init = { bubbles: true, cancelable: true };
        const event =
          type === 'paste'
            ? new ClipboardEvent('paste', { ...init, clipboardData: data })
            : new DragEvent('drop', { ...init, dataTransfer: data });
        return target.dispatchEvent(event);
      },
      [type, text] as const,
    );
  expect(await bring('paste', '가'.repeat(100_000))).toBe(false);
  await expect(counsellor.by('say-refused')).toContainText('100,000');
  await expect(counsellor.by('say-refused')).toContainText('2,000');
  await expect(field).toHaveValue('이미 쓴 말');
  expect(await bring('paste', '짧은 말')).toBe(true);
  expect(await bring('drop', null)).toBe(false);
  await expect(counsellor.by('say-refused')).toContainText('파일');
  await field.fill('가'.repeat(2_001));
  await expect(counsellor.by('say-send')).toBeDisabled();
  await expect(counsellor.by('say-count')).toContainText('2,001');
  await field.fill('가'.repeat(2_000));
  await counsellor.by('say-send').click();
  await counsellor.say('👨‍👩‍👧‍👦', 'שלום');
  await visitor.reads('가'.repeat(2_000), '👨‍👩‍👧‍👦', 'שלום');
  // A nickname that is written the other way turns nothing but itself.
  await expect(tabOf(counsellor, number).locator('bdi')).toHaveText('שלום');
  await counsellor.page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['x'], 'x.png'));
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
  });
  await expect(counsellor.by('notice')).toContainText('파일');
});

test('in a talk of a thousand messages one more draws one more, and who reads above is left there', async ({ centre }) => {
  const counsellor = await centre.counsellor('en');
  const stand = await Stand.between(counsellor.page, ['seen']);
  await counsellor.logIn(centre.server.demo.counsellor1);
  await counsellor.open();
  await talks(centre, counsellor, 'Eun');
  const room = (await counsellor.by('room').getAttribute('data-room'))!;
  const message = (seq: number) => ({
    type: 'message',
    room,
    seq,
    id: `${seq}`,
    client_id: `x${seq}`,
    from: 'visitor',
    kind: 'TEXT',
    body: `message ${seq} ${'of some length '.repeat(seq % 9)}`,
    at: new Date(1_760_000_000_000 + seq * 20_000).toISOString(),
  });
  stand.says(...Array.from({ length: 1_000 }, (_, index) => message(index + 1)));
  await expect(counsellor.by('message')).toHaveCount(1_000);
  await expect(counsellor.by('message').last()).toBeInViewport();
  const log = counsellor.page.getByRole('log');
  await log.evaluate((shown) => {
    const touched: unknown[] = [];
    Object.assign(window, { touched });
    shown.scrollTop = 500;
    new MutationObserver((records) => touched.push(...records)).observe(shown, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
  });
  await expect(counsellor.by('to-end')).toBeVisible();
  stand.says(message(1_001));
  await expect(counsellor.by('message')).toHaveCount(1_001);
  expect(await counsellor.page.evaluate(() => (window as unknown as { touched: unknown[] }).touched.length)).toBeLessThan(5);
  expect(await log.evaluate((shown) => shown.scrollTop)).toBe(500);
  await counsellor.by('to-end').click();
  await expect(counsellor.by('message').last()).toBeInViewport();
});
