import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import * as codes from './codes.gen';
import { faultOf, wordsFor } from './said';
import { en } from './texts/en';
import { ko } from './texts/ko';

/** Words stand in both languages. */
function isWorded(key: string | null): boolean {
  return key !== null && [ko, en].every((words) => (words as Readonly<Record<string, string>>)[key]?.trim());
}

const without = (all: readonly string[], keys: (code: string) => ReadonlyArray<string | null>) =>
  all.filter((code) => !keys(code).every(isWorded));

test.each<[string, readonly string[], (code: string) => ReadonlyArray<string | null>]>([
  ['refusal', codes.PROBLEM_CODES, (code) => [wordsFor(code)]],
  ['error frame', codes.ERROR_CODES, (code) => [`error.${code}`]],
  ['end of a request', codes.CLOSED_REASONS, (code) => [`desk.closed.${code}`]],
  ['end of a room', codes.END_REASONS, (code) => [`desk.ended.${code}`, `counsellor.ended.${code}`, `watch.ended.${code}`]],
  ['offer withdrawn', codes.WITHDRAWN_REASONS, (code) => [`counsellor.withdrawn.${code}`]],
  ['step of a timeline', codes.TIMELINE_KINDS, (code) => [`timeline.${code}`]],
  ['act in the audit', codes.AUDIT_ACTIONS, (code) => [`audit.action.${code}`]],
  ['thing in the audit', codes.AUDIT_KINDS, (code) => [`audit.kind.${code}`]],
])('every code of a %s has words in both languages', (_, all, keys) => {
  expect(all.length).toBeGreaterThan(3);
  expect(without(all, keys)).toEqual([]);
});

test('every fault of a field has words in both languages, and its limits stand in them', () => {
  for (const code of codes.FAULT_CODES) {
    const said = faultOf({ field: 'x', reason: 'the server’s words', code, min: 1, max: 9 });
    expect(isWorded(said.key), code).toBe(true);
  }
  expect(faultOf({ field: 'x', reason: 'r', code: 'TOO_LONG', max: 2_000 })).toEqual({ key: 'fault.TOO_LONG', values: { max: '2,000' } });
});

test('no page shows the server’s own words for a refusal', () => {
  for (const file of ['said.ts', 'form.ts']) {
    expect(readFileSync(join(import.meta.dirname, file), 'utf8')).not.toMatch(/problem\.detail|\breason\b.*=>|, reason \}/);
  }
});
