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

/** What the server decides and the generated files say, and the files with a like of their own. */
const GENERATED: ReadonlyArray<readonly [what: string, pattern: RegExp, allowed: readonly string[]]> = [
  // The server has no limit for an id that is looked for, and says of a search what a word must have.
  [
    'limit of a text',
    /_CHARS_(MAX|MIN) = /,
    ['lib/protocol.gen.ts', 'pages/admin/audit/list.tsx', 'pages/admin/consultations/filter.ts', 'pages/counsellor/records.ts'],
  ],
  ['form of an answer', /\b(call|all|callInvited|upload)<\{/, []],
];

test.each(GENERATED)('no page has a %s of its own that the server has', (_, pattern, allowed) => {
  const having = sources.filter((file) => pattern.test(code(file)));
  expect(having.toSorted()).toEqual([...allowed].toSorted());
});
