import { signal, type ReadonlySignal } from '@preact/signals';

/** Where one is in a page of many views: `#consultations/ID?status=DONE`. */
export interface Route {
  readonly section: string;
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const [section = '', id = ''] = path.split('/', 2);
  return {
    section: decoded(section),
    id: id === '' ? null : decoded(id),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

export function format(section: string, id: string | null = null, query: Readonly<Record<string, string>> = {}): string {
  const set = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  const path = id === null ? section : `${section}/${encodeURIComponent(id)}`;
  return `#${path}${set.size > 0 ? `?${set}` : ''}`;
}

const present = signal(parse(location.hash));
/** How each section's list was narrowed when it was last on screen. */
const lists = new Map<string, Route['query']>();
arrive();
addEventListener('hashchange', arrive);

function arrive(): void {
  const here = parse(location.hash);
  if (here.id === null) lists.set(here.section, here.query);
  present.value = here;
}

export const route: ReadonlySignal<Route> = present;

/** A step the back button undoes. */
export function go(section: string, id: string | null = null, query: Readonly<Record<string, string>> = {}): void {
  location.hash = format(section, id, query);
}

/** The list of a section as it was left. */
export const listOf = (section: string): string => format(section, null, lists.get(section));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
