import { lineName as lineShown } from '../../lib/busy';
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

/** The same line's name in the language of the page. */
export function topicShown(state: CounsellorState, topic: string, spoken: string | null = null): string {
  const line = lineOf(state, topic, spoken);
  return line ? lineShown(line) : topic;
}

/** The language a visitor asked in: as the record has it, or the only one the topic has. */
export function languageOf({ mine }: CounsellorState, { line, about }: Tab): string | null {
  if (about.language !== null) return about.language;
  const lines = mine?.lines.filter(({ topic }) => topic === line) ?? [];
  return lines.length === 1 ? lines[0]!.language : null;
}
