import type { OpeningHours } from '../../../lib/api.gen';
import { NEW_LINE } from '../../../lib/bounds.gen';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

/** From inclusive, to exclusive; a `to` of 00:00 is the end of the day. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

/** A week as it is edited. Always open has no spans and needs none. */
export interface Week {
  readonly always: boolean;
  readonly days: Readonly<Record<Day, readonly Span[]>>;
}

const END_OF_DAY = '24:00';

export type WeekAction =
  | { type: 'always'; always: boolean }
  | { type: 'added'; day: Day }
  | { type: 'changed'; day: Day; index: number; span: Partial<Span> }
  | { type: 'removed'; day: Day; index: number }
  /** The other working days as Monday. */
  | { type: 'spread' };

/** What most offices have; the first span of a day. */
const USUAL: Span = { from: '09:00', to: '18:00' };
const closed = (): Record<Day, Span[]> => ({ mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] });

export function reduce(week: Week, action: WeekAction): Week {
  const put = (day: Day, spans: readonly Span[]): Week => ({ ...week, days: { ...week.days, [day]: spans } });
  switch (action.type) {
    case 'always':
      return { ...week, always: action.always };
    case 'added': {
      const spans = week.days[action.day];
      const last = spans.at(-1);
      if (spans.length >= NEW_LINE.hours.items_max) return week;
      return put(action.day, [...spans, last ? { from: last.to, to: '' } : USUAL]);
    }
    case 'changed':
      return put(
        action.day,
        week.days[action.day].map((span, index) => (index === action.index ? { ...span, ...action.span } : span)),
      );
    case 'removed':
      return put(
        action.day,
        week.days[action.day].filter((_, index) => index !== action.index),
      );
    case 'spread': {
      const { mon } = week.days;
      return { ...week, days: { ...week.days, tue: mon, wed: mon, thu: mon, fri: mon } };
    }
  }
}

export function fromPlan(plan: OpeningHours | null): Week {
  const days = closed();
  for (const day of DAYS) {
    days[day] = (plan?.[day] ?? []).map(([from, to]) => ({ from, to: to === END_OF_DAY ? '00:00' : to }));
  }
  return { always: plan === null, days };
}

/** Null is always open; closed days are left out. */
export function toPlan({ always, days }: Week): OpeningHours | null {
  if (always) return null;
  const named = DAYS.filter((day) => days[day].length > 0);
  return Object.fromEntries(
    named.map((day) => [
      day,
      days[day]
        .toSorted((a, b) => a.from.localeCompare(b.from))
        .map(({ from, to }) => [from, end(to)] as const),
    ]),
  );
}

/** The first day with a span that is empty, backwards or over another. */
export function badDay({ always, days }: Week): Day | null {
  if (always) return null;
  const isBad = (day: Day) => {
    const spans = days[day].toSorted((a, b) => a.from.localeCompare(b.from));
    return spans.some(
      ({ from, to }, index) =>
        from === '' || to === '' || from >= end(to) || (index > 0 && from < end(spans[index - 1]!.to)),
    );
  };
  return DAYS.find(isBad) ?? null;
}

/** A time field has no 24:00. */
const end = (to: string) => (to === '00:00' ? END_OF_DAY : to);
