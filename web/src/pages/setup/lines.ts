import { call } from '../../lib/api';
import type { LineEdit, NewLine } from '../../lib/api.gen';
import { NEW_LINE } from '../../lib/bounds.gen';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

type Known = Pick<NewLine, 'topic' | 'prefix'>;

export type Names = Pick<NewLine, 'name' | 'name_en'>;

/** What a new line is called in the records, and what its numbers begin with: like those of no other. */
export function suggested(name_en: string, lines: readonly Known[]): Known {
  const words = name_en.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
  const named = words === '' ? `LINE_${lines.length + 1}` : /^[A-Z]/.test(words) ? words : `LINE_${words}`;
  const topic = named.slice(0, NEW_LINE.topic.chars_max - 4);
  const topics = new Set(lines.map((line) => line.topic));
  const prefixes = new Set(lines.map((line) => line.prefix.toUpperCase()));
  const numbered = [topic, ...lines.map((_, index) => `${topic}_${index + 2}`)];
  const all = [...LETTERS, ...LETTERS.flatMap((first) => LETTERS.map((second) => first + second))];
  return {
    topic: numbered.find((each) => !topics.has(each)) ?? topic,
    prefix: all.find((each) => !prefixes.has(each)) ?? 'Z',
  };
}

const trimmed = ({ name, name_en }: Names): Names => ({ name: name.trim(), name_en: name_en.trim() });

export const addLine = (names: Names, lines: readonly Known[]) =>
  call<unknown>('POST', '/lines', { language: 'ko', ...trimmed(names), ...suggested(names.name_en, lines) } satisfies NewLine);

export const renameLine = (id: string, names: Names, version: number) =>
  call<unknown>('PATCH', `/lines/${encodeURIComponent(id)}`, { version, ...trimmed(names) } satisfies LineEdit);
