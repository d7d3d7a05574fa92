import { signal } from '@preact/signals';

import { all } from '../../lib/api';
import { lineName as inPageLanguage } from '../../lib/busy';
import type { LineInfo } from '../../lib/protocol.gen';
import type { CounsellorState } from './state';
import type { Tab } from './tabs';

/** The line of a topic: the one of the visitor's language, where there are several. */
function lineOf({ mine }: CounsellorState, topic: string, spoken: string | null): LineInfo | undefined {
  const lines = mine?.lines.filter((line) => line.topic === topic) ?? [];
  return lines.find((line) => line.language === spoken) ?? lines[0];
}

/** What the visitor knows a line by. */
export function lineName(state: CounsellorState, topic: string, spoken: string | null = null): string {
  return lineOf(state, topic, spoken)?.name ?? topic;
}

/** The language a visitor asked in: as the record has it, or the only one the topic has. */
export function languageOf({ mine }: CounsellorState, { line, about }: Tab): string | null {
  if (about.language !== null) return about.language;
  const lines = mine?.lines.filter(({ topic }) => topic === line) ?? [];
  return lines.length === 1 ? lines[0]!.language : null;
}

type Listed = Pick<LineInfo, 'topic' | 'language' | 'name'> & { name_en?: string };

/** The lines with their names in both languages; a frame brings one name. */
const listed = signal<readonly Listed[]>([]);

/** Learns the lines' names. Without them, those of the frames will do. */
export async function learnNames(read: () => Promise<readonly Listed[]> = () => all<Listed>('/lines')): Promise<void> {
  listed.value = await read().catch(() => listed.peek());
}

/** A line's name in the language of the page. */
export function lineShown({ topic, language, name }: Listed): string {
  // A line that was called something else when the names were read is called what the frame says.
  const line = listed.value.find((each) => each.topic === topic && each.language === language && each.name === name);
  return line ? inPageLanguage(line) : name;
}

/** The same by its topic. */
export function topicShown(state: CounsellorState, topic: string, spoken: string | null = null): string {
  const line = lineOf(state, topic, spoken);
  return line ? lineShown(line) : topic;
}
