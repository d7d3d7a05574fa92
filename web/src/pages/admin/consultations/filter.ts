import { dayAfter, fromField } from '../../../lib/office-fields';

/** What the list is narrowed to, as it stands in the address and in the form; empty is all. */
export interface Filter {
  line: string;
  counsellor: string;
  desk: string;
  status: string;
  result: string;
  /** Days of the office, both included. */
  from: string;
  to: string;
  rating: string;
  /** Minutes. */
  waited: string;
  q: string;
  /** `true`: test data too. */
  test: string;
}

export const everything: Filter = {
  line: '',
  counsellor: '',
  desk: '',
  status: '',
  result: '',
  from: '',
  to: '',
  rating: '',
  waited: '',
  q: '',
  test: '',
};

/** A shorter text is not searched. */
export const Q_CHARS_MIN = 2;

export function fromQuery(query: Readonly<Record<string, string>>): Filter {
  const filter = { ...everything };
  for (const name of Object.keys(everything) as Array<keyof Filter>) filter[name] = query[name] ?? '';
  return filter;
}

/** What is set besides the text. */
export const isNarrowed = ({ q: _, ...others }: Filter) => Object.values(others).some((value) => value !== '');

/** As the server is asked. */
export function wanted(filter: Filter): Record<string, string | number | boolean> {
  const minutes = Number(filter.waited);
  const asked: Record<string, string | number | boolean | null> = {
    line_id: filter.line,
    counsellor: filter.counsellor,
    desk: filter.desk,
    status: filter.status,
    result: filter.result,
    from: fromField(filter.from),
    to: filter.to === '' ? null : fromField(dayAfter(filter.to)),
    rating: filter.rating,
    waited_over_s: Number.isFinite(minutes) && minutes > 0 ? Math.round(minutes * 60) : null,
    q: filter.q.trim(),
    test: filter.test === 'true' ? true : null,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null && value !== '')) as Record<
    string,
    string | number | boolean
  >;
}
