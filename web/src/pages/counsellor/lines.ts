import type { CounsellorState } from './state';
import type { Tab } from './tabs';

/** A line's name by its topic, in the visitor's language where the topic has more than one line. */
export function lineName({ mine }: CounsellorState, topic: string, spoken: string | null = null): string {
  const lines = mine?.lines.filter((line) => line.topic === topic) ?? [];
  return (lines.find((line) => line.language === spoken) ?? lines[0])?.name ?? topic;
}

/** The language a visitor asked in: as the record has it, or the only one the topic has. */
export function languageOf({ mine }: CounsellorState, { line, about }: Tab): string | null {
  if (about.language !== null) return about.language;
  const lines = mine?.lines.filter(({ topic }) => topic === line) ?? [];
  return lines.length === 1 ? lines[0]!.language : null;
}
