import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { CDPSession } from '@playwright/test';

import { expect, test } from './fixture';
import type { Counsellor, Person, Visitor } from './people';

/** Minutes of steady traffic. */
const MINUTES = Number(process.env['MINUTES'] ?? 60);
/** One visit begins this long after the one before, or as soon as that is over. */
const VISIT_MS = 12_000;
const FILE = fileURLToPath(new URL('../test-results/figures/heap.md', import.meta.url));

interface Sample {
  minute: number;
  visits: number;
  /** Kilobytes in use after a collection, by page. */
  kb: number[];
}

/** What a page keeps once everything that can go is gone. */
async function keptKb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return Math.round(usedSize / 1024);
}

/** A visit from the number to the thanks, on pages that stay open. */
async function visit(visitor: Visitor, counsellor: Counsellor, round: number): Promise<void> {
  await visitor.fill({ nickname: '김하은', note: '여권 재발급을 문의합니다.' });
  await visitor.by('request').click();
  const number = await visitor.number();
  await counsellor.accept(number);
  await visitor.talks();
  for (let turn = 0; turn < 4; turn += 1) {
    await visitor.say(`${round}번째 상담, ${turn}번째 질문입니다.`);
    await counsellor.say(`${turn}번째 답입니다. 잠시만 기다려 주세요.`);
  }
  await expect(visitor.by('message')).toHaveCount(8);
  await visitor.end();
  await visitor.by('rate-skip').click();
  await expect(counsellor.by('ended')).toBeVisible();
  await counsellor.wrapUp('안내함');
  await visitor.isFree();
}

/** Kilobytes a minute, by least squares. */
function slope(samples: readonly Sample[], page: number): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(samples.map(({ minute }) => minute)), mean(samples.map(({ kb }) => kb[page]!))];
  const over = samples.reduce((sum, { minute, kb }) => sum + (minute - x) * (kb[page]! - y), 0);
  return over / samples.reduce((sum, { minute }) => sum + (minute - x) ** 2, 0);
}

function table(names: readonly string[], samples: readonly Sample[]): string {
  const row = (cells: ReadonlyArray<string | number>) => `| ${cells.join(' | ')} |`;
  const shown = samples.filter(({ minute }, index) => index === samples.length - 1 || Math.round(minute) % Math.max(1, Math.round(MINUTES / 12)) === 0);
  const settled = samples.filter(({ minute }) => minute >= MINUTES / 2);
  const slopes = names.map((_, page) => (settled.length > 1 ? slope(settled, page).toFixed(1) : '–'));
  return [
    row(['minute', 'visits', ...names.map((name) => `${name}, kB`)]),
    row(['', '', ...names].map(() => '---')),
    ...shown.map(({ minute, visits, kb }) => row([minute.toFixed(0), visits, ...kb])),
    row(['slope of the second half, kB a minute', '', ...slopes]),
    '',
  ].join('\n');
}

test('what the pages keep over an hour of visits', async ({ centre }) => {
  test.setTimeout((MINUTES + 15) * 60_000);
  const { demo } = centre.server;
  const counsellor = await centre.onDuty('ko');
  const admin = await centre.admin('ko');
  await admin.logIn(demo.admin);
  const visitor = await centre.visitor('ko', { viewport: { width: 390, height: 844 } });
  await visitor.arrive();
  const pages: Array<[string, Person]> = [
    ['desk', visitor],
    ['counsellor', counsellor],
    ['admin', admin],
  ];
  const sessions = await Promise.all(pages.map(([, { page }]) => page.context().newCDPSession(page)));
  mkdirSync(new URL('.', `file://${FILE}`), { recursive: true });

  const samples: Sample[] = [];
  const begun = Date.now();
  const minute = () => (Date.now() - begun) / 60_000;
  for (let visits = 0; minute() < MINUTES; visits += 1) {
    const next = Date.now() + VISIT_MS;
    await visit(visitor, counsellor, visits);
    if (minute() >= samples.length) {
      const kb = [];
      for (const session of sessions) kb.push(await keptKb(session));
      samples.push({ minute: minute(), visits: visits + 1, kb });
      // Written as it goes: an hour that is broken off has told what it knew.
      writeFileSync(FILE, table(pages.map(([name]) => name), samples));
    }
    await visitor.page.waitForTimeout(Math.max(0, next - Date.now()));
  }
  console.log(table(pages.map(([name]) => name), samples));
});
