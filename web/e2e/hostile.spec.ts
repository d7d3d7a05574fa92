import { expect, test } from './fixture';
import { bringsFiles, floods, submits, Watch } from './hostile';
import { payloads, samples, type Payload } from './payloads';
import type { Person } from './people';

const BODY_CHARS_MAX = 2_000;
/** Hundreds of messages, eight under way at a time. */
const ARRIVAL_MS_MAX = 120_000;
/** What the server refuses wherever it stands; line feed and tab are welcome. */
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;

// A trace of every text in every field would weigh more than the test.
test.use({ trace: 'off' });

const all = payloads();

test.beforeEach(() => test.slow());

/** Says each by the message field, as fast as the page takes them, and gives the words the field let go of. */
async function saysAll({ page }: Person, texts: readonly Payload[]): Promise<string[]> {
  return page.evaluate(async (bodies) => {
    const field = document.querySelector<HTMLTextAreaElement>('[data-testid="say-input"]')!;
    const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!;
    const drawn = () => new Promise((resolve) => setTimeout(resolve));
    const said: string[] = [];
    for (const body of bodies) {
      setValue.call(field, body);
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      const typed = field.value;
      await drawn();
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      await drawn();
      if (typed !== '' && field.value === '') said.push(typed);
    }
    setValue.call(field, '');
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    return said;
  }, texts.map(({ text }) => text));
}

test.describe('of two who talk', () => {
  test.use({ serve: { demo: true, flags: ['--messages-per-10s-max', '10000'] } });

  test('every text arrives as it was typed, or is refused and kept', async ({ centre }) => {
    const [visitor, counsellor] = [await centre.visitor('ko'), await centre.counsellor('ko')];
    const watches = [await Watch.over(visitor), await Watch.over(counsellor)];
    await counsellor.logIn(centre.server.demo.counsellor1);
    await counsellor.open();
    await visitor.arrive();
    await visitor.fill();
    await visitor.by('tell').click();
    expect((await floods(visitor.page, all)).toSorted()).toEqual(['nickname', 'note']);
    await visitor.by('nickname').fill('<img src=x onerror=alert(1)>');
    await visitor.by('note').fill('{{7*7}}\n</script>\u202E');
    await visitor.by('request').click();
    const number = await visitor.number();
    await expect(counsellor.offer(number)).toContainText('<img src=x onerror=alert(1)>');
    await expect(counsellor.offer(number)).toContainText('{{7*7}}');
    await counsellor.accept(number);
    await visitor.talks();

    for (const [speaker, other] of [[visitor, counsellor], [counsellor, visitor]] as const) {
      const before = await other.by('message').count();
      const said = await saysAll(speaker, all);
      // All were said but blank ones and those over the limit, which the field keeps.
      const fits = all.filter(({ text }) => text.trim() !== '' && [...text.normalize('NFC')].length <= BODY_CHARS_MAX);
      expect(said.length).toBe(fits.length);
      const good = said.filter((text) => !CONTROLS.test(text)).map((text) => Buffer.from(text.trim()).toString().normalize('NFC'));
      await expect(other.by('message')).toHaveCount(before + good.length, { timeout: ARRIVAL_MS_MAX });
      const bodies = () => other.page.locator('[data-testid="message"] .body').evaluateAll((shown) => shown.map(({ textContent }) => textContent));
      expect((await bodies()).slice(before)).toEqual(good);
      // The others stand there, each with a word that it was not taken.
      const kept = speaker.page.locator('[data-testid="message"][data-seq=""]');
      await expect(kept).toHaveCount(said.length - good.length);
    }

    await counsellor.by('notes').focus();
    expect(await floods(counsellor.page, all)).toContain('notes');
    await counsellor.page.keyboard.press('Alt+h');
    await expect(counsellor.by('history-q')).toBeFocused();
    await floods(counsellor.page, samples());
    await counsellor.page.keyboard.press('Alt+t');
    await expect(counsellor.by('transfer-note')).toBeVisible();
    expect(await floods(counsellor.page, all)).toEqual(['transfer-note']);
    await counsellor.page.keyboard.press('Escape');
    await visitor.end();
    const comment = visitor.page.locator('textarea');
    if (await comment.isVisible()) await floods(visitor.page, all);
    for (const { faults } of watches) expect(faults).toEqual([]);
    expect(await counsellor.page.locator('#page img, #page iframe, #page script, #page object').count()).toBe(0);
  });
});

/** Sections of the admin page with the button that makes one, its form, and what it asks for. */
const MAKERS = [
  ['notices', 'notice-new', 'notice-sheet'],
  ['replies', 'reply-new', 'reply-sheet'],
  ['desks', 'desk-new', 'desk-sheet'],
  ['lines', 'line-new', 'line-sheet'],
  ['codes', 'code-new', 'code-sheet'],
] as const;

test('every form of the admin page takes a text as it is, or refuses it and keeps it', async ({ centre }) => {
  const admin = await centre.admin('ko');
  const watch = await Watch.over(admin);
  await admin.logIn(centre.server.demo.admin);
  const seen = new Set<string>();
  for (const section of ['live', 'consultations', 'statistics', 'accounts', 'audit', ...MAKERS.map(([name]) => name)]) {
    await admin.opens(section);
    for (const field of await floods(admin.page, all)) seen.add(`${section} ${field}`);
  }
  for (const [section, make, sheet] of MAKERS) {
    await admin.opens(section);
    for (const payload of samples()) {
      await admin.by(make).click();
      await expect(admin.by(sheet)).toBeVisible();
      if (payload === samples()[0]) for (const field of await floods(admin.page, all)) seen.add(`${section} ${field}`);
      const answer = await submits(admin.page, payload, sheet);
      if (answer === 'REFUSED') {
        await admin.page.keyboard.press('Escape');
        await expect(admin.by(sheet)).toHaveCount(0);
        continue;
      }
      const kept = admin.by('desk-key-kept');
      if (section === 'desks') await kept.click();
      const shown = payload.text.trim().split('\n')[0]!.normalize('NFC');
      await expect.poll(() => admin.page.locator('main').evaluate((main) => main.textContent)).toContain(shown);
    }
  }
  expect(seen.size).toBeGreaterThan(18);
  expect(watch.faults).toEqual([]);
});

test('pages for those who are not logged in stand every text', async ({ centre }) => {
  const guest = await centre.admin('en');
  const watch = await Watch.over(guest);
  for (const [path, count] of [['/counsellor', 2], ['/signup', 4], ['/reset', 1], ['/account', 2]] as const) {
    await guest.go(path);
    await expect(guest.page.locator('form').first()).toBeVisible();
    expect((await floods(guest.page, all)).length, path).toBeGreaterThanOrEqual(count);
  }
  await guest.go('/account');
  for (const { text } of samples().filter(({ family }) => ['markup', 'controls', 'surrogates'].includes(family))) {
    await guest.enters({ login: text, password: text });
    await expect(guest.page.getByRole('alert').filter({ hasText: /\S/ }).first()).toBeVisible();
  }
  await guest.enters(centre.server.demo.admin);
  await expect(guest.by('password-form')).toBeVisible();
  expect((await floods(guest.page, all)).length).toBeGreaterThan(2);
  expect(watch.faults).toEqual([]);
});

test.describe('before there is an admin', () => {
  test.use({ serve: { demo: false, flags: [] } });

  test('the set-up stands every text', async ({ centre }) => {
    const first = await centre.admin('ko');
    const watch = await Watch.over(first);
    await first.follow(first.wire.origin + new URL(centre.server.setupLink).pathname + new URL(centre.server.setupLink).hash);
    await expect(first.by('set-up')).toBeVisible();
    expect((await floods(first.page, all)).length).toBe(4);
    await first.setUp({ login: 'a\u0000b', password: 'correct horse battery' });
    await expect(first.by('fault-login').or(first.by('trouble')).first()).toBeVisible();
    await expect(first.by('login')).not.toHaveValue('');
    expect(watch.faults).toEqual([]);
  });
});

test('a file that is dropped, and a picture that is pasted, change no page', async ({ centre }) => {
  const guest = await centre.admin('ko');
  const watch = await Watch.over(guest);
  const stands = async () => {
    const { page } = guest;
    const address = page.url();
    expect(await bringsFiles(page), address).toBe(false);
    expect(page.url()).toBe(address);
  };
  for (const path of ['/desk', '/display', '/signup', '/reset', '/verify', '/setup', '/account', '/counsellor', '/admin']) {
    await guest.page.goto(guest.wire.origin + path);
    await expect(guest.page.locator('#page > *').first()).toBeAttached();
    await stands();
  }
  await guest.enters(centre.server.demo.admin);
  await guest.connected();
  await stands();
  await guest.opens('notices');
  await guest.by('notice-new').click();
  await stands();
  expect(watch.faults).toEqual([]);
});
