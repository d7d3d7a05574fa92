import { useState } from 'preact/hooks';

import { officeTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { Sheet } from '../../../ui/sheet';
import { Table } from '../../../ui/table';
import { share } from '../statistics/words';
import type { Screen } from './screen';
import { loadOf, shareAt, type Point } from './trend';

/** What the plots show, in figures. */
export function TrendTable({ screen }: { screen: Screen }) {
  const [points, setPoints] = useState<readonly Point[] | null>(null);
  return (
    <>
      <button
        type="button"
        class="quiet trend-table"
        data-testid="trend-table"
        onClick={() => setPoints(screen.trend.points.peek())}
      >
        {t('live.plots.table')}
      </button>
      {points && <Minutes points={points} onShut={() => setPoints(null)} />}
    </>
  );
}

/** By the minute, the newest first, as they stood when the table was opened: one that moves cannot be read. */
function Minutes({ points, onShut }: { points: readonly Point[]; onShut(): void }) {
  const rows = points
    .map((point, index) => ({ point, share: shareAt(points, index) }))
    .reverse()
    .filter(({ point }) => point.waiting !== null);
  return (
    <Sheet title={t('live.plots')} testid="trend-sheet" onShut={onShut}>
      {rows.length === 0 ? (
        <p class="none">{t('plots.none')}</p>
      ) : (
        <Table
          testid="trend-row"
          caption={t('live.plots')}
          items={rows}
          idOf={({ point }) => point.at}
          columns={[
            { head: t('live.at'), cell: ({ point }) => officeTime(new Date(point.at).toISOString()) },
            { head: t('live.waiting'), cell: ({ point }) => point.waiting ?? '–', figure: true },
            { head: t('live.share'), cell: (row) => share(row.share), figure: true },
            { head: t('live.load'), cell: ({ point }) => share(loadOf(point)), figure: true },
          ]}
        />
      )}
      <p class="hint">{t('live.plots.hint')}</p>
      <div class="actions">
        <button type="button" data-testid="trend-shut" onClick={onShut}>
          {t('common.close')}
        </button>
      </div>
    </Sheet>
  );
}
