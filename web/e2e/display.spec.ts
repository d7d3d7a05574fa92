import { isAccessible } from './axe';
import { expect, either, test } from './fixture';
import { call, OFFICE, StagedOffice } from './staged-office';
import type { Visitor } from './people';

const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1080, height: 1920 },
];

/** Nothing is cut off by the card it stands in. */
async function holdsAll({ page }: Visitor): Promise<void> {
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll('.newest *, .before *, .busy *')]
      .filter((element) => {
        const [inner, outer] = [element.getBoundingClientRect(), element.closest('section')!.getBoundingClientRect()];
        return inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
      })
      .map((element) => element.outerHTML),
  );
  expect(cut).toEqual([]);
}

for (const language of either('ko')) {
  for (const viewport of SIZES) {
    test(`a wall calls the newest number, and says how many wait (${language}, ${viewport.width})`, async ({ centre }) => {
      const wall = await centre.visitor(language, { viewport });
      const office = await StagedOffice.on(wall.page);
      await wall.page.goto(`${wall.wire.origin}/display?lang=${language}`);
      await expect(wall.by('nobody')).toBeVisible();
      await expect(wall.by('busy').locator('li')).toHaveCount(3);
      await office.calls(call('A-010', 90_000), call('A-011', 60_000), call('A-012'));
      await expect(wall.by('newest')).toHaveAttribute('data-number', 'A-012');
      await expect(wall.by('newest')).toContainText('1번 창구');
      await expect(wall.by('before').locator('strong')).toHaveText(['A-011', 'A-010']);
      await expect(wall.page.locator('.news')).toBeVisible();
      // What it was told before a drop is told again after it.
      await office.calls(call('A-013'));
      await expect(wall.by('before').locator('strong')).toHaveText(['A-012', 'A-011', 'A-010']);
      await isAccessible(wall);
      await holdsAll(wall);
    });
  }
}

test('an office with many lines and long numbers has room for all of them', async ({ centre }) => {
  const wall = await centre.visitor('ko');
  const lines = Array.from({ length: 12 }, (_, index) => ({
    ...OFFICE.lines[index % OFFICE.lines.length]!,
    topic: `T${index}`,
    name: `상담 창구 ${index}`,
  }));
  const office = await StagedOffice.on(wall.page, { ...OFFICE, lines });
  for (const viewport of SIZES) {
    await wall.page.setViewportSize(viewport);
    await wall.page.goto(`${wall.wire.origin}/display?lang=ko`);
    await office.calls(call('AB-0122', 60_000), call('AB-0123'));
    await expect(wall.by('newest')).toHaveAttribute('data-number', 'AB-0123');
    await holdsAll(wall);
    await wall.page.screenshot({ path: `test-results/wall/many-${viewport.width}.png` });
  }
});

test('a wall shows the lines it was told to', async ({ centre }) => {
  const wall = await centre.visitor('ko');
  const office = await StagedOffice.on(wall.page);
  await wall.page.goto(`${wall.wire.origin}/display?lang=ko&lines=finance`);
  await expect(wall.by('busy').locator('li')).toHaveCount(1);
  await office.calls(call('B-001', 1_000, 'FINANCE'), call('A-001'));
  await expect(wall.by('newest')).toHaveAttribute('data-number', 'B-001');
});

test('a wall speaks one language after the other, and one it was told to', async ({ centre }) => {
  const wall = await centre.visitor('ko');
  await wall.page.clock.install();
  await StagedOffice.on(wall.page);
  await wall.page.goto(`${wall.wire.origin}/display`);
  await expect(wall.by('busy')).toContainText('금융 상담');
  await wall.page.clock.fastForward(12_000);
  await expect(wall.by('busy')).toContainText('Money');
  await wall.page.clock.fastForward(12_000);
  await expect(wall.by('busy')).toContainText('금융 상담');
  await wall.page.goto(`${wall.wire.origin}/display?lang=en`);
  await expect(wall.by('busy')).toContainText('Money');
  await wall.page.clock.fastForward(60_000);
  await expect(wall.by('busy')).toContainText('Money');
});

test('a wall that lost its server says so calmly, and goes on by itself', async ({ centre }) => {
  const wall = await centre.visitor('ko');
  const office = await StagedOffice.on(wall.page);
  await wall.page.goto(`${wall.wire.origin}/display?lang=ko`);
  await office.calls(call('A-001', 90_000));
  await office.isLost();
  await expect(wall.by('foot')).toHaveText(/\S/);
  await expect(wall.by('newest')).toHaveAttribute('data-number', 'A-001');
  await office.isNow(OFFICE);
  await expect(wall.by('foot')).toHaveText('');
  await expect(wall.page.locator('.news')).toHaveCount(0);
});
