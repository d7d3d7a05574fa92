import { call } from '../../lib/api';

/** Longest the server takes. */
const TOPIC_CHARS_MAX = 40;
const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

interface Known {
  topic: string;
  prefix: string;
}

export interface Names {
  name: string;
  name_en: string;
}

/** What a new line is called in the records, and what its numbers begin with: like those of no other. */
export function suggested(name_en: string, lines: readonly Known[]): Known {
  const words = name_en.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
  const named = words === '' ? `LINE_${lines.length + 1}` : /^[A-Z]/.test(words) ? words : `LINE_${words}`;
  const topic = named.slice(0, TOPIC_CHARS_MAX - 4);
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
  call<unknown>('POST', '/lines', { language: 'ko', ...trimmed(names), ...suggested(names.name_en, lines) });

export const renameLine = (id: string, names: Names, version: number) =>
  call<unknown>('PATCH', `/lines/${encodeURIComponent(id)}`, { version, ...trimmed(names) });
