import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

import { across, curve, down, highest, labelled, nearest, under, type Frame, type Series } from '../lib/plot';
import { t } from '../lib/i18n';
import { led } from '../lib/span';
import './plot.css';

interface Props {
  /** What it shows, in words. */
  title: string;
  /** The moments, in words, oldest first. */
  moments: readonly string[];
  series: readonly Series[];
  /** The heights that are marked, from the floor to the ceiling, for the highest value there is. */
  marks(highest: number): number[];
  /** A value in words. */
  say(value: number): string;
  testid: string;
  /** Without words at its edges: it stands beside a figure that says how things are now. */
  bare?: boolean;
}

/** Moments a page key leaps over. */
const LEAP = 10;

/**
 * A plot over time. The pointer or the arrow keys choose a moment, whose values are said below; a table beside it
 * says all of them.
 */
export function Plot({ title, moments, series, marks, say, testid, bare = false }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 0, height: 0, letter: 12 });
  const chosen = useSignal<number | null>(null);
  useEffect(() => {
    const shown = box.current!;
    const sizes = new ResizeObserver(() => {
      const letter = Number.parseFloat(getComputedStyle(shown).fontSize);
      size.value = { width: shown.clientWidth, height: shown.clientHeight, letter };
    });
    sizes.observe(shown);
    return () => sizes.disconnect();
  }, [size]);

  const heights = marks(highest(series));
  const ceiling = heights.at(-1) ?? 1;
  const { width, height, letter } = size.value;
  const frame = framed({ width, height, letter }, bare ? [] : heights.map(say));
  const at = chosen.value === null ? null : Math.min(chosen.value, moments.length - 1);
  const last = moments.length - 1;
  const words = at === null ? null : said(moments, series, at, say);
  const summary = words ?? (last >= 0 ? said(moments, series, last, say) : t('plots.none'));

  function point(event: PointerEvent) {
    const left = box.current!.getBoundingClientRect().left;
    chosen.value = nearest(frame, moments.length, event.clientX - left);
  }

  function press(event: KeyboardEvent) {
    if (event.key === 'Escape') return (chosen.value = null);
    const key = { ArrowRight: 'ArrowDown', ArrowLeft: 'ArrowUp' }[event.key] ?? event.key;
    const to = led(key, at ?? last + 1, moments.length, LEAP);
    if (to === null) return;
    event.preventDefault();
    chosen.value = to;
  }

  return (
    <figure class={bare ? 'plot bare' : 'plot'} data-testid={testid}>
      {!bare && <Legend title={title} series={series} />}
      <div
        ref={box}
        class="plot-box"
        role="slider"
        tabIndex={0}
        aria-label={title}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={at ?? Math.max(0, last)}
        aria-valuetext={summary}
        aria-readonly="true"
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => (chosen.value = null)}
        onBlur={() => (chosen.value = null)}
        onKeyDown={press}
      >
        {width > 0 && (
          <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
            {!bare && <Scale heights={heights} frame={frame} ceiling={ceiling} say={say} />}
            {!bare && <Moments moments={moments} frame={frame} letter={letter} bottom={height} />}
            {series.map((one) => (
              <Drawn key={one.name} series={one} frame={frame} ceiling={ceiling} />
            ))}
            <line class="floor" x1={frame.left} x2={frame.left + frame.width} y1={frame.top + frame.height} y2={frame.top + frame.height} />
            {at !== null && <Cursor series={series} at={at} frame={frame} ceiling={ceiling} />}
          </svg>
        )}
      </div>
      <p class="plot-said" data-testid={`${testid}-said`} aria-hidden="true">
        {words ?? (bare ? '' : t('plots.hint'))}
      </p>
    </figure>
  );
}

function said(moments: readonly string[], series: readonly Series[], at: number, say: (value: number) => string): string {
  const values = series.map(({ name, values }) => {
    const value = values[at];
    return `${name} ${value === null || value === undefined ? '–' : say(value)}`;
  });
  return `${moments[at] ?? ''}: ${values.join(', ')}`;
}

interface Size {
  width: number;
  height: number;
  letter: number;
}

/** Room is left for the words of the scale, at about half a letter's height for a letter's width. */
function framed({ width, height, letter }: Size, words: readonly string[]): Frame {
  const longest = Math.max(0, ...words.map(({ length }) => length));
  const left = words.length > 0 ? (longest + 1.5) * letter * 0.62 : 1;
  const [head, foot] = words.length > 0 ? [letter * 0.7, letter * 1.6] : [2, 2];
  return { left, top: head, width: Math.max(1, width - left - 1), height: Math.max(1, height - head - foot) };
}

function Legend({ title, series }: { title: string; series: readonly Series[] }) {
  return (
    <figcaption>
      <strong>{title}</strong>
      {series.length > 1 && (
        <span class="plot-keys">
          {series.map(({ name, look, as }) => (
            <span key={name} class="plot-key">
              <svg viewBox="0 0 24 12" width="24" height="12" aria-hidden="true">
                {as === 'bar' ? (
                  <rect class={`bar look-${look}`} x="4" width="16" height="12" />
                ) : (
                  <path class={`curve look-${look}`} d="M1 6H23" />
                )}
              </svg>
              {name}
            </span>
          ))}
        </span>
      )}
    </figcaption>
  );
}

type Placed = { frame: Frame; ceiling: number };

function Scale({ heights, frame, ceiling, say }: Placed & { heights: readonly number[]; say(value: number): string }) {
  return (
    <g class="scale">
      {heights.map((value) => {
        const y = down(frame, ceiling, value);
        return (
          <g key={value}>
            <line x1={frame.left} x2={frame.left + frame.width} y1={y} y2={y} />
            <text x={frame.left} dx="-0.5em" y={y} dy="0.35em" text-anchor="end">
              {say(value)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Moments({ moments, frame, letter, bottom }: { moments: readonly string[]; frame: Frame; letter: number; bottom: number }) {
  const longest = Math.max(1, ...moments.map(({ length }) => length));
  const every = labelled(moments.length, Math.floor(frame.width / ((longest + 2) * letter * 0.75)));
  const right = frame.left + frame.width;
  return (
    <g class="scale">
      {moments.map((moment, index) => {
        if (index % every !== 0) return null;
        const x = across(frame, moments.length, index);
        const reach = moment.length * letter * 0.35;
        const anchor = x + reach > right ? 'end' : x - reach < 0 ? 'start' : 'middle';
        return (
          <text key={index} x={anchor === 'end' ? Math.min(right, x + reach) : x} y={bottom} dy="-0.3em" text-anchor={anchor}>
            {moment}
          </text>
        );
      })}
    </g>
  );
}

function Drawn({ series: { values, as, look }, frame, ceiling }: Placed & { series: Series }) {
  if (as === 'bar') {
    const strip = frame.width / Math.max(1, values.length);
    const wide = Math.max(1, Math.min(strip * 0.75, 48));
    return (
      <g>
        {values.map((value, index) => {
          if (!value) return null;
          const y = down(frame, ceiling, value);
          const x = across(frame, values.length, index) - wide / 2;
          return <rect key={index} class={`bar look-${look}`} x={x} y={y} width={wide} height={frame.top + frame.height - y} />;
        })}
      </g>
    );
  }
  return (
    <g>
      {as === 'area' && <path class={`under look-${look}`} d={under(values, frame, ceiling)} />}
      <path class={`curve look-${look}`} d={curve(values, frame, ceiling)} />
    </g>
  );
}

function Cursor({ series, at, frame, ceiling }: Placed & { series: readonly Series[]; at: number }) {
  const count = Math.max(1, ...series.map(({ values }) => values.length));
  const x = across(frame, count, at);
  return (
    <g class="cursor">
      <line x1={x} x2={x} y1={frame.top} y2={frame.top + frame.height} />
      {series.map(({ name, values, look, as }) => {
        const value = values[at];
        if (value === null || value === undefined || as === 'bar') return null;
        return <circle key={name} class={`look-${look}`} cx={x} cy={down(frame, ceiling, value)} r="4" />;
      })}
    </g>
  );
}
