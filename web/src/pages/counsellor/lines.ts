import { lineName as nameShown } from '../../lib/busy';
import type { CounsellorState } from './state';
import type { Tab } from './tabs';

/** A line's name by its topic: of the line in the visitor's language, where the topic has more than one. */
export function lineName({ mine }: CounsellorState, topic: string, spoken: string | null = null): string {
  const lines = mine?.lines.filter((line) => line.topic === topic) ?? [];
  const line = lines.find(({ language }) => language === spoken) ?? lines[0];
  return line ? nameShown(line) : topic;
}

/** The language a visitor asked in: as the record has it, or the only one the topic has. */
export function languageOf({ mine }: CounsellorState, { line, about }: Tab): string | null {
  if (about.language !== null) return about.language;
  const lines = mine?.lines.filter(({ topic }) => topic === line) ?? [];
  return lines.length === 1 ? lines[0]!.language : null;
}
