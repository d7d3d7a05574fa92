import { t } from '../../../lib/i18n';
import type { Bar, Grouping } from './statistics';
import { atText } from './words';

/** In the units of the drawing; the browser scales it to the width there is. */
const WIDTH = 720;
const HEIGHT = 180;
const FOOT = 20;
const GAP_SHARE = 0.2;
const LABELS_MAX = 8;

/** Requests over time, and how many of them were matched. The table below says the same in figures. */
export function Plot({ bars, by }: { bars: readonly Bar[]; by: Grouping }) {
  const step = WIDTH / Math.max(bars.length, 7);
  const width = step * (1 - GAP_SHARE);
  const every = Math.ceil(bars.length / LABELS_MAX);
  return (
    <figure class="plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`} role="img" aria-label={t('stats.plot')} data-testid="plot">
        {bars.map((bar, index) => (
          <g key={bar.at}>
            <title>
              {atText(bar.at, by)}: {bar.requested} / {bar.matched}
            </title>
            <rect
              class="requested"
              x={index * step}
              y={HEIGHT * (1 - bar.height)}
              width={width}
              height={HEIGHT * bar.height}
            />
            <rect
              class="matched"
              x={index * step}
              y={HEIGHT * (1 - bar.filled)}
              width={width}
              height={HEIGHT * bar.filled}
            />
            {index % every === 0 && (
              <text x={index * step} y={HEIGHT + FOOT - 5}>
                {atText(bar.at, by)}
              </text>
            )}
          </g>
        ))}
        <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      </svg>
      <figcaption>
        <span class="key requested">{t('stats.requested')}</span>
        <span class="key matched">{t('stats.matched')}</span>
      </figcaption>
    </figure>
  );
}
