import type { OfficeLine } from '../../lib/api.gen';
import type { Called } from '../../lib/office-feed';

/** As many calls as are kept, however long the screen hangs there. */
export const CALLS_MAX = 10;
/** A call that is older than this when it is heard of is shown, not rung. */
export const NEWS_MS = 30_000;

export interface WallState {
  /** The topics shown; null for all. */
  readonly topics: ReadonlySet<string> | null;
  /** The newest first, each once. */
  readonly calls: readonly Called[];
  /** The call that is news, until it is looked at as one of many. */
  readonly news: string | null;
}

export type WallAction = { type: 'called'; called: Called; now: number } | { type: 'old'; news: string };

export function keyOf({ number, at }: Called): string {
  return `${number} ${at}`;
}

/** `?lines=GENERAL,FINANCE` */
export function topicsOf(search: string): ReadonlySet<string> | null {
  const named = (new URLSearchParams(search).get('lines') ?? '')
    .split(',')
    .map((topic) => topic.trim().toUpperCase())
    .filter((topic) => topic !== '');
  return named.length > 0 ? new Set(named) : null;
}

export function isShown(topics: WallState['topics'], topic: string): boolean {
  return topics === null || topics.has(topic.toUpperCase());
}

export function start(topics: WallState['topics']): WallState {
  return { topics, calls: [], news: null };
}

export function reduce(state: WallState, action: WallAction): WallState {
  switch (action.type) {
    case 'called':
      return called(state, action.called, action.now);
    case 'old':
      return state.news === action.news ? { ...state, news: null } : state;
  }
}

/** A screen that reconnects hears the last calls again, in any order with those it knows. */
function called(state: WallState, call: Called, now: number): WallState {
  const key = keyOf(call);
  if (!isShown(state.topics, call.line) || state.calls.some((known) => keyOf(known) === key)) return state;
  const calls = [call, ...state.calls].toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at)).slice(0, CALLS_MAX);
  const isNews = calls[0] === call && now - Date.parse(call.at) < NEWS_MS;
  return { ...state, calls, news: isNews ? key : state.news };
}

/** The lines to show how busy they are. */
export function linesShown(lines: readonly OfficeLine[], topics: WallState['topics']): OfficeLine[] {
  return lines.filter(({ topic }) => isShown(topics, topic));
}
