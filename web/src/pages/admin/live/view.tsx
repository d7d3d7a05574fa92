import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { route } from '../../../lib/route';
import { useSaid } from '../../../ui/connection';
import type { Office } from '../office';
import { EndRoom } from './acts/end';
import { MoveRoom } from './acts/move';
import { MoveTicket } from './acts/ticket';
import { FilterBar } from './filter';
import './live.css';
import { Overview } from './overview';
import { TrendTable } from './trend-table';
import { CounsellorPane, PaneTabs, RoomPane, TicketPane } from './panes';
import type { Act, Pane, Screen } from './screen';
import { Watch } from './watch/view';

/** From this width on there is room for the three panes beside one another. */
const WIDE = '(min-width: 75rem)';

/** Who waits, who talks, who is there: now, and over the last half hour. */
export function Live({ screen, office }: { screen: Screen; office: Office }) {
  const isWide = useMedia(WIDE);
  const [act, setAct] = useState<Act | null>(null);
  const pane = screen.pane.value;
  const { id } = route.value;
  const { supervision } = screen;
  useEffect(() => {
    if (id === null) supervision.close();
    else supervision.open(id);
  }, [supervision, id]);
  useEffect(() => () => supervision.close(), [supervision]);
  const isWatching = id !== null;
  const shows = (each: Pane) => (isWide ? !(isWatching && each === 'counsellors') : !isWatching && pane === each);
  const props = { screen, office, onAct: setAct };
  const shut = () => setAct(null);
  return (
    <section class="live" aria-label={t('admin.live')}>
      <Top screen={screen} />
      <Overview screen={screen} />
      <FilterBar screen={screen} office={office} />
      {!isWide && !isWatching && <PaneTabs screen={screen} />}
      <div class={`panes${isWide ? ' wide' : ''}${isWatching ? ' watching' : ''}`}>
        {shows('tickets') && <TicketPane {...props} isTab={!isWide} />}
        {shows('rooms') && <RoomPane {...props} isTab={!isWide} />}
        {shows('counsellors') && <CounsellorPane {...props} isTab={!isWide} />}
        {isWatching && <Watch {...props} />}
      </div>
      {act?.kind === 'END' && <EndRoom room={act.room} screen={screen} onDone={shut} />}
      {act?.kind === 'MOVE' && <MoveRoom room={act.room} screen={screen} office={office} onDone={shut} />}
      {act?.kind === 'LINE' && <MoveTicket ticket={act.ticket} screen={screen} office={office} onDone={shut} />}
    </section>
  );
}

function Top({ screen }: { screen: Screen }) {
  const connection = useComputed(() => screen.feed.state.value.connection).value;
  const said = useSaid(connection);
  const told = screen.told.value;
  return (
    <div class="live-top">
      <h2 class="sr-only">{t('admin.live')}</h2>
      <p
        class={said === 'RETRYING' ? 'connection trouble' : 'connection'}
        data-testid="connection"
        data-connection={connection}
        role="status"
      >
        {t(`admin.stream.${said}`)}
      </p>
      <p class="told" role="status" data-testid="told">
        {told?.()}
        {told && (
          <button type="button" class="quiet" data-testid="told-shut" onClick={() => (screen.told.value = null)}>
            {t('common.close')}
          </button>
        )}
      </p>
      <TrendTable screen={screen} />
    </div>
  );
}

function useMedia(query: string): boolean {
  const fits = useSignal(matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = () => (fits.value = media.matches);
    look();
    media.addEventListener('change', look);
    return () => media.removeEventListener('change', look);
  }, [query, fits]);
  return fits.value;
}
