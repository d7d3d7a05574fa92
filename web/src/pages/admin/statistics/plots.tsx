import type { StatView } from '../../../lib/api.gen';
import { shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { marks, secondMarks, type Series } from '../../../lib/plot';
import { Plot } from '../../../ui/plot';
import type { Office } from '../office';
import { isApart, type Asked } from './statistics';
import { timeline, type Part } from './timeline';
import { atText, share } from './words';

/** Lines that are told apart by eye in one plot. */
const PARTS_MAX = 6;
/** Marks of a scale. */
const MARKS = 4;

interface Props {
  items: readonly StatView[];
  asked: Asked & { by: 'day' | 'hour' };
  office: Office;
}

/** Requests, waits, service level and talks over time; the table below says the same in figures. */
export function Plots({ items, asked, office }: Props) {
  const { moments, parts } = timeline(items, asked.by);
  const shown = parts.slice(0, PARTS_MAX);
  const apart = isApart(asked);
  const words = moments.map((at) => atText(at, asked.by));
  /** A curve for each line, or those given where lines are not told apart. */
  const curves = (value: (item: StatView) => number | null, together: (part: Part) => Series[]): Series[] =>
    apart
      ? shown.map((part, index) => ({
          name: office.lookups.line(part.line),
          values: valuesOf(part, value),
          as: 'line' as const,
          look: index + 1,
        }))
      : shown.flatMap(together);
  const one = (name: string, value: (item: StatView) => number | null, as: Series['as'], look = 1) => (part: Part) => [
    { name, values: valuesOf(part, value), as, look },
  ];
  return (
    <section class="card stack" aria-label={t('stats.plot')}>
      <div class="plots">
        <Plot
          testid="plot-requests"
          title={t(apart ? 'stats.requested' : 'stats.requests')}
          moments={words}
          series={curves(
            ({ requested }) => requested,
            (part) => [
              { name: t('stats.requested'), values: counted(part, ({ requested }) => requested), as: 'bar', look: 0 },
              { name: t('stats.matched'), values: counted(part, ({ matched }) => matched), as: 'bar', look: 1 },
            ],
          )}
          marks={(max) => marks(max, MARKS)}
          say={String}
        />
        <Plot
          testid="plot-waits"
          title={t(apart ? 'stats.wait_p50' : 'stats.plot.waits')}
          moments={words}
          series={curves(
            ({ wait_p50_s }) => wait_p50_s,
            (part) => [
              ...one(t('stats.wait_p50'), ({ wait_p50_s }) => wait_p50_s, 'area')(part),
              ...one(t('stats.wait_p90'), ({ wait_p90_s }) => wait_p90_s, 'line', 2)(part),
            ],
          )}
          marks={(max) => secondMarks(max, MARKS)}
          say={shortDuration}
        />
        <Plot
          testid="plot-level"
          title={t('stats.plot.level')}
          moments={words}
          series={curves(({ service_level }) => service_level, one(t('stats.service_level'), ({ service_level }) => service_level, 'area'))}
          marks={() => [0, 0.25, 0.5, 0.75, 1]}
          say={share}
        />
        <Plot
          testid="plot-talks"
          title={t('stats.plot.talks')}
          moments={words}
          series={curves(({ talk_s_mean }) => talk_s_mean, one(t('stats.talk'), ({ talk_s_mean }) => talk_s_mean, 'area'))}
          marks={(max) => secondMarks(max, MARKS)}
          say={shortDuration}
        />
      </div>
      {parts.length > PARTS_MAX && <p class="hint">{t('stats.plot.many', { shown: PARTS_MAX })}</p>}
    </section>
  );
}

const valuesOf = ({ figures }: Part, value: (item: StatView) => number | null) => figures.map((item) => item && value(item));

/** Where nobody asked there were none. */
const counted = ({ figures }: Part, value: (item: StatView) => number) => figures.map((item) => (item ? value(item) : 0));
