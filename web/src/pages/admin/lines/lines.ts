import { all, call } from '../../../lib/api';
import type { LineSettings, LineView } from '../../../lib/api.gen';
import { NEW_LINE } from '../../../lib/bounds.gen';
import { fromPlan, toPlan, type Week } from './hours';

/** A line with how it behaves; seconds where the name ends in `_s` or `_s_max`. */
export type LineRow = LineView & Required<LineSettings>;

/** The settings that are figures, in the order of the form, with the bounds and the unit each is shown in. */
export const FIGURES = {
  waiting_max: { unit: 'people', ...NEW_LINE.waiting_max, usual: 500 },
  wait_s_max: { unit: 'seconds', ...NEW_LINE.wait_s_max, usual: 1_800 },
  accept_s: { unit: 'seconds', ...NEW_LINE.accept_s, usual: 20 },
  widen_s: { unit: 'seconds', ...NEW_LINE.widen_s, usual: 60 },
  retry_s: { unit: 'seconds', ...NEW_LINE.retry_s, usual: 30 },
  misses_max: { unit: 'times', ...NEW_LINE.misses_max, usual: 3 },
  grace_s: { unit: 'seconds', ...NEW_LINE.grace_s, usual: 30 },
  wrap_up_s: { unit: 'seconds', ...NEW_LINE.wrap_up_s, usual: 0 },
  unstaffed_s: { unit: 'seconds', ...NEW_LINE.unstaffed_s, usual: 600 },
  order: { unit: 'place', ...NEW_LINE.order, usual: 1 },
} as const;
export type Figure = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as Figure[];

/** What of a line its form edits: figures as they are typed. */
export type LineValues = { [name in Figure]: string } & {
  topic: string;
  language: string;
  name: string;
  name_en: string;
  prefix: string;
  in_use: boolean;
  hours: Week;
};

export function valuesOf(line: LineRow): LineValues {
  const { topic, language, name, name_en, prefix, in_use } = line;
  const figures = Object.fromEntries(FIGURE_NAMES.map((each) => [each, String(line[each])])) as { [name in Figure]: string };
  return { ...figures, topic, language, name, name_en, prefix, in_use, hours: fromPlan(line.hours) };
}

/** What a new line begins with. */
export function usual(order: number): LineValues {
  const figures = Object.fromEntries(FIGURE_NAMES.map((each) => [each, String(FIGURES[each].usual)])) as {
    [name in Figure]: string;
  };
  return {
    ...figures,
    order: String(order),
    topic: '',
    language: 'ko',
    name: '',
    name_en: '',
    prefix: '',
    in_use: true,
    hours: fromPlan(null),
  };
}

/** As the server takes it. */
export function patch(values: Partial<LineValues>): Record<string, unknown> {
  const asked: Record<string, unknown> = { ...values };
  for (const name of FIGURE_NAMES) if (values[name] !== undefined) asked[name] = Number(values[name]);
  for (const name of ['topic', 'name', 'name_en', 'prefix'] as const) {
    if (values[name] !== undefined) asked[name] = values[name].trim();
  }
  if (values.hours !== undefined) asked['hours'] = toPlan(values.hours);
  return asked;
}

/** A figure that is no whole number within its bounds. */
export function badFigure(values: LineValues): Figure | null {
  const isBad = (name: Figure) => {
    const typed = values[name].trim();
    const figure = Number(typed);
    const { min, max } = FIGURES[name];
    return typed === '' || !Number.isInteger(figure) || figure < min || figure > max;
  };
  return FIGURE_NAMES.find(isBad) ?? null;
}

const path = (id: string) => `/lines/${encodeURIComponent(id)}`;

/** In the order visitors see them. */
export async function readLines(): Promise<LineRow[]> {
  const lines = await all<LineRow>('/lines?all=true');
  return lines.toSorted((a, b) => a.order - b.order || a.topic.localeCompare(b.topic));
}

export async function readLine(id: string): Promise<LineRow | null> {
  return (await readLines()).find((line) => line.id === id) ?? null;
}

export const makeLine = (values: LineValues) => call<unknown>('POST', '/lines', patch(values));

export const editLine = (id: string, changes: Partial<LineValues>, version: number) =>
  call<unknown>('PATCH', path(id), { version, ...patch(changes) });

export const removeLine = (id: string, version: number) => call<unknown>('DELETE', path(id), { version });
