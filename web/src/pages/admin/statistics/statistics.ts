import { call, withQuery } from '../../../lib/api';
import type { Stats } from '../../../lib/api.gen';
import { One } from '../../../lib/one';
import { day } from '../../../lib/office';
import { dayAfter, fromField } from '../../../lib/office-fields';

export const GROUPINGS = ['day', 'hour', 'line', 'counsellor', 'all'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What is counted: days of the office, both included. */
export interface Asked {
  from: string;
  to: string;
  by: Grouping;
  /** A topic: its lines in every language. */
  line: string;
  counsellor: string;
  /** Each line by itself, in figures over time; anything but empty. */
  apart: string;
}

/** Whether figures stand in time, and so can be plotted. */
export const isOverTime = ({ by }: Pick<Asked, 'by'>): boolean => by === 'day' || by === 'hour';

/** Whether each line is counted by itself. */
export const isApart = (asked: Asked): boolean => asked.apart !== '' && isOverTime(asked);

/** The last week, if nothing is asked. */
const DAYS = 7;

export function fromQuery(query: Readonly<Record<string, string>>, now = Date.now()): Asked {
  const { from, to, by, line = '', counsellor = '', apart = '' } = query;
  return {
    from: from || day(1 - DAYS, now),
    to: to || day(0, now),
    by: GROUPINGS.find((each) => each === by) ?? 'day',
    line,
    counsellor,
    apart,
  };
}

export class Statistics {
  private asked: Asked = fromQuery({});
  readonly stats = new One<Stats>(() => {
    const { from, to, line, counsellor } = this.asked;
    const period = { from: fromField(from), to: fromField(dayAfter(to)) };
    const by = isApart(this.asked) ? `${this.asked.by},line` : this.asked.by;
    return call('GET', withQuery('/stats', { ...period, by, line, counsellor }));
  });

  load(asked: Asked): void {
    this.asked = asked;
    void this.stats.load();
  }
}
