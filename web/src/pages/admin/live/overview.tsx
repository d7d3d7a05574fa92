import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';

import { duration, officeTime } from '../../../lib/format';
import { language, t } from '../../../lib/i18n';
import { marks } from '../../../lib/plot';
import { useNow } from '../../../lib/ticker';
import { Plot } from '../../../ui/plot';
import { share } from '../statistics/words';
import type { Screen } from './screen';
import { loadOf, shareAt } from './trend';

/** Waiting, service level and load: now, and over the last half hour. */
export function Overview({ screen }: { screen: Screen }) {
  const totals = screen.totals.value;
  const { trend } = screen;
  useEffect(() => {
    trend.start();
    return () => trend.stop();
  }, [trend]);
  const points = trend.points.value;
  const target = screen.target_s.value;
  const shares = points.map((_, index) => shareAt(points, index));
  // Written once for each minute, not for each change: a formatter is slow.
  const moments = useMemo(() => points.map(({ at }) => officeTime(new Date(at).toISOString())), [points[0]?.at, language.value]);
  const load = totals.capacity === 0 ? null : totals.held / totals.capacity;
  return (
    <div class="overview">
      <Figure
        testid="now-waiting"
        name={t('live.waiting')}
        figure={String(totals.waiting)}
        more={totals.oldest ? <Longest since={totals.oldest} /> : t('live.waiting.none')}
      >
        <Plot
          bare
          testid="trend-waiting"
          title={t('live.plot.waiting')}
          moments={moments}
          series={[{ name: t('live.waiting'), values: points.map(({ waiting }) => waiting), as: 'area', look: 1 }]}
          marks={(max) => marks(max, 2)}
          say={String}
        />
      </Figure>
      <Figure
        testid="now-share"
        name={t('live.share')}
        figure={share(shares.at(-1) ?? null)}
        more={target === null ? '' : t('live.share.target', { seconds: target })}
      >
        <Plot
          bare
          testid="trend-share"
          title={t('live.plot.share')}
          moments={moments}
          series={[{ name: t('live.share'), values: shares, as: 'area', look: 1 }]}
          marks={() => [0, 1]}
          say={share}
        />
      </Figure>
      <Figure
        testid="now-load"
        name={t('live.load')}
        figure={share(load)}
        more={t('live.load.of', { held: totals.held, capacity: totals.capacity, free: totals.free })}
      >
        <Plot
          bare
          testid="trend-load"
          title={t('live.plot.load')}
          moments={moments}
          series={[{ name: t('live.load'), values: points.map(loadOf), as: 'area', look: 1 }]}
          marks={() => [0, 1]}
          say={share}
        />
      </Figure>
    </div>
  );
}

interface FigureProps {
  name: string;
  figure: string;
  more: ComponentChildren;
  testid: string;
  children: ComponentChildren;
}

function Figure({ name, figure, more, testid, children }: FigureProps) {
  return (
    <div class="now" data-testid={testid}>
      <p class="now-figure">
        <span class="now-name">{name}</span> <strong class="figure">{figure}</strong> <small>{more}</small>
      </p>
      {children}
    </div>
  );
}

function Longest({ since }: { since: string }) {
  const now = useNow();
  const text = useComputed(() => t('live.waiting.longest', { duration: duration(Date.parse(since), now.value) }));
  return <>{text}</>;
}
