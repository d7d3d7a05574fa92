import { all, call } from '../../../lib/api';
import { fromPlan, toPlan, type Plan, type Week } from './hours';

/** A line with how it behaves; seconds where the name ends in `_s` or `_s_max`. */
export interface LineRow {
  id: string;
  topic: string;
  language: string;
  name: string;
  name_en: string;
  open: boolean;
  prefix: string;
  hours: Plan | null;
  waiting_max: number;
  wait_s_max: number;
  accept_s: number;
  widen_s: number;
  retry_s: number;
  misses_max: number;
  grace_s: number;
  wrap_up_s: number;
  unstaffed_s: number;
  order: number;
  in_use: boolean;
  version: number;
  /** It is test data: it stays as it is. */
  test?: boolean;
}

/** The settings that are figures, in the order of the form, with the bounds and the unit each is shown in. */
export const FIGURES = {
  waiting_max: { unit: 'people', min: 0, max: 100_000, usual: 500 },
  wait_s_max: { unit: 'seconds', min: 1, max: 86_400, usual: 1_800 },
  accept_s: { unit: 'seconds', min: 0, max: 600, usual: 20 },
  widen_s: { unit: 'seconds', min: 0, max: 86_400, usual: 60 },
  retry_s: { unit: 'seconds', min: 1, max: 3_600, usual: 30 },
  misses_max: { unit: 'times', min: 0, max: 100, usual: 3 },
  grace_s: { unit: 'seconds', min: 0, max: 3_600, usual: 30 },
  wrap_up_s: { unit: 'seconds', min: 0, max: 3_600, usual: 0 },
  unstaffed_s: { unit: 'seconds', min: 0, max: 86_400, usual: 600 },
  order: { unit: 'place', min: 0, max: 9_999, usual: 1 },
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
