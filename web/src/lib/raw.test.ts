import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..');

/** What a browser may refuse, or throw at, and the one file that may touch it: it knows what to do then. */
const GUARDED: ReadonlyArray<readonly [RegExp, readonly string[]]> = [
  [/\b(localStorage|sessionStorage|indexedDB|caches|cookieStore)\b/, ['lib/storage.ts']],
  [/document\.cookie/, []],
  [/\bBroadcastChannel\b|\bSharedWorker\b|\bserviceWorker\b|navigator\.locks/, []],
  [/\bnew Notification\b|\bNotification\./, ['lib/notice.ts']],
  [/\bAudioContext\(|\bnew Audio\(|navigator\.vibrate/, ['lib/ring.ts']],
  [/navigator\.clipboard/, ['ui/copy.tsx']],
];

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.includes('testing/'),
);

/** Code without its comments. */
const code = (file: string) => readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

test.each(GUARDED)('%s is touched where its refusal is dealt with', (what, allowed) => {
  const touching = sources.filter((file) => what.test(code(file)));
  expect(touching.filter((file) => !allowed.includes(file))).toEqual([]);
  expect(allowed.filter((file) => !touching.includes(file))).toEqual([]);
});
