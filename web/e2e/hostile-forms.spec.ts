import { expect, test } from './fixture';
import { asksAll, floods, namesItsLimit, namesOf, submits, Watch, type Asked } from './hostile';
import { fits, payloads, samples, stored, wellFormed, type Kind as TextKind, type Payload } from './payloads';
import type { Admin, Person } from './people';

const BODY_CHARS_MAX = 2_000;
/** Hundreds of messages, eight under way at a time. */
const ARRIVAL_MS_MAX = 120_000;

// A trace of every text in every field would weigh more than the test. Said only where there are traces: tests with
// options of their own come last, and these are the longest.
if (process.env['TRACE']) test.use({ trace: 'off' });
test.describe.configure({ timeout: 600_000 });

const all = payloads();

/** Says each by a message field, as fast as the page takes them, and gives the words the field let go of. */
async function saysAll({ page }: Person, testid: string, texts: readonly Payload[]): Promise<string[]> {
  return page.evaluate(
    async ([id, bodies]) => {
      const field = document.querySelector<HTMLTextAreaElement>(`[data-testid="${id}"]`)!;
      const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!;
      const { port1, port2 } = new MessageChannel();
      const drawn = () => new Promise<void>((resolve) => ((port1.onmessage = () => resolve()), port2.postMessage(null)));
      const said: string[] = [];
      for (const body of bodies) {
        setValue.call(field, body);
        const typed = field.value;
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        await drawn();
        field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
        await drawn();
        // Some pages draw once a frame.
        if (field.value !== '') await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        if (typed !== '' && field.value === '') said.push(typed);
      }
      setValue.call(field, '');
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      return said;
    },
    [testid, texts.map(({ text }) => text)] as const,
  );
}

/** What came of all that was said: the good arrived whole and in order, the others stand there and say that they were not taken. */
async function arrivesWhole(speaker: Person, texts: readonly Payload[], said: readonly string[], others: readonly Person[]): Promise<void> {
  const sendable = texts.filter(({ text }) => text.trim() !== '' && [...text.normalize('NFC')].length <= BODY_CHARS_MAX);
  expect(said).toEqual(sendable.map(({ text }) => text.replaceAll(/\r\n?/g, '\n')));
  const good = said.filter((text) => fits({ family: '', text }, BODY_CHARS_MAX)).map((text) => stored(text.trim()));
  for (const other of others) {
    const bodies = other.page.locator('[data-testid="message"]:not([data-seq=""]) .body');
    const newest = () => bodies.evaluateAll((shown, count) => shown.slice(-count).map(({ textContent }) => textContent), good.length);
    await expect.poll(newest, { timeout: ARRIVAL_MS_MAX, intervals: [500] }).toEqual(good);
  }
  const refused = speaker.page.locator('[data-testid="message"][data-seq=""] .mark[data-state="REFUSED"]');
  await expect(refused).toHaveCount(said.length - good.length);
}

test.describe('of three in a room', () => {
  test.use({ serve: { demo: true, flags: ['--messages-per-10s-max', '10000'] } });

  test('every text arrives as it was typed, or is refused and kept', async ({ centre }) => {
    const { demo } = centre.server;
    const [visitor, counsellor, manager] = [await centre.visitor('ko'), await centre.counsellor('ko'), await centre.admin('ko')];
    const watches = await Promise.all([visitor, counsellor, manager].map((each) => Watch.over(each)));
    await counsellor.logIn(demo.counsellor1);
    await counsellor.open();
    await visitor.arrive();
    await visitor.fill();
    await visitor.by('tell').click();
    const asked = await floods(visitor.page, all);
    expect(namesOf(asked)).toEqual(['nickname', 'note']);
    namesItsLimit(asked);
    await visitor.by('nickname').fill('가'.repeat(41));
    await visitor.by('request').click();
    await expect(visitor.by('nickname')).toBeFocused();
    await visitor.by('nickname').fill('<img src=x onerror=alert(1)>');
    await visitor.by('note').fill('{{7*7}}\n</script>\u202E');
    await visitor.by('request').click();
    const number = await visitor.number();
    await expect(counsellor.offer(number)).toContainText('<img src=x onerror=alert(1)>');
    await expect(counsellor.offer(number)).toContainText('{{7*7}}');
    await counsellor.accept(number);
    await visitor.talks();
    await manager.logIn(demo.admin);
    await manager.by('watch-room').click();
    await expect(manager.by('whisper-input')).toBeVisible();

    await arrivesWhole(visitor, all, await saysAll(visitor, 'say-input', all), [counsellor, manager]);
    await arrivesWhole(counsellor, samples(), await saysAll(counsellor, 'say-input', samples()), [visitor, manager]);
    const whispered = await saysAll(manager, 'whisper-input', all);
    const heard = whispered.filter((text) => fits({ family: '', text }, BODY_CHARS_MAX)).map((text) => stored(text.trim()));
    const whispers = counsellor.page.locator('[data-testid="whisper"] .whisper-body');
    await expect(whispers).toHaveCount(heard.length, { timeout: ARRIVAL_MS_MAX });
    expect(await whispers.evaluateAll((shown) => shown.map(({ textContent }) => textContent))).toEqual(heard);

    namesItsLimit(await floods(manager.page, all), ['live-text']);
    await manager.by('watch-end').click();
    const ending = await floods(manager.page, all);
    expect(namesOf(ending)).toEqual(['reason']);
    namesItsLimit(ending);
    await manager.page.keyboard.press('Escape');
    await counsellor.by('notes').focus();
    namesItsLimit(await floods(counsellor.page, all));
    await counsellor.page.keyboard.press('Alt+h');
    await expect(counsellor.by('history-q')).toBeFocused();
    namesItsLimit(await floods(counsellor.page, all));
    await counsellor.by('transfer').click();
    const note = await floods(counsellor.page, all);
    expect(namesOf(note)).toEqual(['transfer-note']);
    namesItsLimit(note);
    await counsellor.page.keyboard.press('Escape');
    await visitor.end();
    await visitor.by('rate-4').click();
    const comment = await floods(visitor.page, all);
    expect(namesOf(comment)).toEqual(['rate-comment']);
    namesItsLimit(comment);
    await counsellor.page.keyboard.press('Alt+w');
    await expect(counsellor.by('wrap-up-memo')).toBeVisible();
    namesItsLimit(await floods(counsellor.page, all));
    for (const { faults } of watches) expect(faults).toEqual([]);
    for (const { page } of [visitor, counsellor, manager]) {
      expect(await page.locator('#page iframe, #page script, #page object, #page embed, #page [onerror]').count()).toBe(0);
    }
  });
});

/** Sections of the admin page with the button that makes something, and its form. */
const MAKERS = [
  ['notices', 'notice-new', 'notice-sheet'],
  ['replies', 'reply-new', 'reply-sheet'],
  ['desks', 'desk-new', 'desk-sheet'],
  ['lines', 'line-new', 'line-sheet'],
  ['codes', 'code-new', 'code-sheet'],
  ['groups', 'group-new', 'group-sheet'],
] as const;

/** Fields that hold any text: what is looked for among the rows here goes to nobody. */
const LIMITLESS = ['live-text'];

test('every form of the admin page takes a text as it is, or refuses it and keeps it', async ({ centre }) => {
  const { demo } = centre.server;
  const admin = await centre.admin('ko');
  const watch = await Watch.over(admin);
  await admin.logIn(demo.admin);
  const seen: string[] = [];
  const flood = async (section: string) => {
    const flooded = await floods(admin.page, all);
    namesItsLimit(flooded, LIMITLESS);
    seen.push(...flooded.map(({ name }) => `${section} ${name}`));
  };
  for (const section of ['live', 'consultations', 'accounts', 'lines', 'audit']) {
    await admin.opens(section);
    await expect(admin.page.locator('main input').first()).toBeVisible();
    await flood(section);
  }
  await admin.opensAccount('김상담');
  await flood('account');
  await admin.opensLine('GENERAL');
  await flood('line');
  for (const [section, make, sheet] of MAKERS) {
    await admin.opens(section);
    await admin.by(make).click();
    await expect(admin.by(sheet)).toBeVisible();
    await flood(sheet);
    for (const payload of samples()) {
      if ((await admin.by(sheet).count()) === 0) await admin.by(make).click();
      if ((await submits(admin.page, payload, sheet)) === 'REFUSED') continue;
      if (section === 'desks') await admin.by('desk-key-kept').click();
      if (section === 'groups') await admin.by('group-share-done').click();
      const shown = stored(payload.text.trim()).split('\n')[0]!;
      await expect.poll(() => admin.page.locator('main').evaluate((main) => main.textContent)).toContain(shown);
    }
    await admin.page.keyboard.press('Escape');
  }
  expect(seen.length).toBeGreaterThan(25);
  expect(watch.faults).toEqual([]);
});

/** A kind of thing with a name: how one is made, and where it is listed. */
interface Kind {
  readonly section: string;
  readonly row: string;
  /** Longest name it takes. */
  readonly max: number;
  readonly field: string;
  readonly kind: TextKind;
  make(text: string, index: number): Asked;
}

const KINDS: readonly Kind[] = [
  { section: 'desks', row: 'desk-row', max: 40, field: 'name', kind: 'NAME', make: (name) => ({ method: 'POST', path: '/desks', body: { name } }) },
  {
    section: 'replies',
    row: 'reply-row',
    max: BODY_CHARS_MAX,
    field: 'body',
    kind: 'PARAGRAPH',
    make: (body, index) => ({ method: 'POST', path: '/canned-replies', body: { shortcut: `s${index}`, body, language: 'ko', shared: true } }),
  },
  {
    section: 'codes',
    row: 'code-row',
    max: 60,
    field: 'value',
    kind: 'NAME',
    make: (value, index) => ({ method: 'POST', path: '/codes', body: { group: 'RESULT', code: `C${index}`, value, value_en: 'x' } }),
  },
  {
    section: 'groups',
    row: 'group-row',
    max: 60,
    field: 'title',
    kind: 'NAME',
    make: (title) => ({ method: 'POST', path: '/rooms', body: { title } }),
  },
];

/** All that the rows of a list show, however many pages it has. */
async function rowsOf(admin: Admin, row: string, count: number): Promise<string[]> {
  await expect(async () => {
    const more = admin.by('more');
    while (await more.isVisible()) await more.click({ timeout: 1_000 });
    expect(await admin.by(row).count()).toBeGreaterThanOrEqual(count);
  }).toPass();
  return admin.by(row).evaluateAll((rows) => rows.map(({ textContent }) => textContent ?? ''));
}

test.describe('in their hundreds', () => {
  test.use({ serve: { demo: true, flags: ['--requests-per-10s-max', '100000'] } });

  test('what stands on file is shown exactly as it was given, or was refused by field and limit', async ({ centre }) => {
    const admin = await centre.admin('en');
    const watch = await Watch.over(admin);
    await admin.logIn(centre.server.demo.admin);
    // Halves of characters leave no page; what is too long for any request is tried below.
    const sent = all.map((payload) => ({ ...payload, text: wellFormed(payload.text) })).filter(({ text }) => text.length < 20_000);
    for (const { section, row, max, field, kind, make } of KINDS) {
      const answers = await asksAll(admin.page, sent.map(({ text }, index) => make(text, index)));
      for (const [index, { status, answer }] of answers.entries()) {
        const payload = sent[index]!;
        const told = `${section} ${JSON.stringify(payload.text.slice(0, 60))}: ${status} ${JSON.stringify(answer).slice(0, 200)}`;
        if (fits(payload, max, kind)) expect(status, told).toBeLessThan(300);
        else expect(`${status} ${answer.errors?.[0]?.field}`, told).toBe(`422 ${field}`);
        if (answer.errors?.[0]?.code === 'TOO_LONG') expect(answer.errors[0].max, told).toBe(max);
      }
      const good = sent.filter((payload) => fits(payload, max, kind));
      await admin.opens(section);
      await admin.page.reload();
      const shown = await rowsOf(admin, row, good.length);
      const missing = good.filter(({ text }) => !shown.some((each) => each.includes(stored(text, kind).trim())));
      expect(missing.map(({ text }) => text), section).toEqual([]);
    }
    const [huge] = await asksAll(admin.page, [KINDS[0]!.make('가'.repeat(100_000), 0)]);
    expect(huge!.status).toBe(413);
    expect(watch.faults).toEqual([]);
  });
});
