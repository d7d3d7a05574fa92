import { useComputed, type ReadonlySignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

import { t, type TextKey } from '../../../lib/i18n';
import { led } from '../../../lib/span';
import { Rows } from '../../../ui/rows';
import type { Office } from '../office';
import { CounsellorCells, RoomCells, TicketCells } from './cells';
import { PANES, type Pane, type Screen } from './screen';
import { turned, type Sort } from './select';
import type { Act } from './screen';

export interface PaneProps {
  screen: Screen;
  office: Office;
  /** One of three tabs, on a screen with room for one. */
  isTab: boolean;
  onAct(act: Act): void;
}

const TITLES: Readonly<Record<Pane, TextKey>> = {
  tickets: 'admin.tickets',
  rooms: 'admin.rooms',
  counsellors: 'admin.counsellors',
};

/** The panes by name and number, for a screen with room for one of them. */
export function PaneTabs({ screen }: { screen: Screen }) {
  const box = useRef<HTMLDivElement>(null);
  function press(event: KeyboardEvent) {
    const key = { ArrowRight: 'ArrowDown', ArrowLeft: 'ArrowUp' }[event.key] ?? event.key;
    const to = led(key, PANES.indexOf(screen.pane.value), PANES.length, 1);
    if (to === null) return;
    event.preventDefault();
    screen.pane.value = PANES[to]!;
    box.current?.querySelectorAll<HTMLElement>('[role="tab"]')[to]?.focus();
  }
  return (
    <div ref={box} class="pane-tabs" role="tablist" aria-label={t('admin.live')} onKeyDown={press}>
      {PANES.map((pane) => {
        const isShown = screen.pane.value === pane;
        return (
          <button
            key={pane}
            type="button"
            role="tab"
            id={`tab-${pane}`}
            aria-selected={isShown}
            aria-controls={isShown ? `pane-${pane}` : undefined}
            tabIndex={isShown ? 0 : -1}
            data-testid={`tab-${pane}`}
            onClick={() => (screen.pane.value = pane)}
          >
            {t(TITLES[pane])} <small>{screen[pane].value.length}</small>
          </button>
        );
      })}
    </div>
  );
}

interface BoxProps<By extends string> {
  pane: Pane;
  screen: Screen;
  isTab: boolean;
  none: TextKey;
  sort: Signal<Sort<By>>;
  heads: ReadonlyArray<Head<By>>;
  row(id: string, active: ReadonlySignal<string | null>): ComponentChildren;
}

/** A column: its name, and what it is sorted by if it can be. */
interface Head<By> {
  key: TextKey;
  by?: By;
  figure?: boolean;
  unseen?: boolean;
}

function PaneBox<By extends string>({ pane, screen, isTab, none, sort, heads, row }: BoxProps<By>) {
  const ids = screen[pane];
  const all = useComputed(() => screen.feed.state.value[pane].size);
  const shown = ids.value.length;
  const isNarrowed = screen.isNarrowed;
  return (
    <section
      class={`pane pane-${pane}`}
      id={`pane-${pane}`}
      data-testid={`pane-${pane}`}
      {...(isTab ? { role: 'tabpanel', 'aria-labelledby': `tab-${pane}` } : { 'aria-label': t(TITLES[pane]) })}
    >
      <header class="pane-head">
        {!isTab && <h3>{t(TITLES[pane])}</h3>}
        <small class="figure" data-testid={`count-${pane}`} data-count={shown}>
          {isNarrowed ? t('live.count.of', { shown, all: all.value }) : t('live.count', { shown })}
        </small>
        <SortSelect sort={sort} heads={heads} pane={pane} />
      </header>
      {shown === 0 ? (
        <p class="none" data-testid={`none-${pane}`}>
          {t(isNarrowed && all.value > 0 ? 'live.none.narrowed' : none)}
        </p>
      ) : (
        <Rows
          label={t(TITLES[pane])}
          ids={ids}
          testid={`${pane.slice(0, -1)}-row`}
          head={heads.map((head) => (
            <HeadCell key={head.key} head={head} sort={sort} />
          ))}
          row={row}
          onOpen={(id) => {
            const shownRow = document.querySelector(`#pane-${pane} [role="row"][data-id="${CSS.escape(id)}"]`);
            shownRow?.querySelector<HTMLButtonElement>('button')?.click();
          }}
        />
      )}
    </section>
  );
}

function HeadCell<By>({ head: { key, by, figure, unseen }, sort }: { head: Head<By>; sort: Signal<Sort<By>> }) {
  const present = sort.value;
  const isBy = by !== undefined && present.by === by;
  return (
    <div
      role="columnheader"
      class={figure ? 'figure' : undefined}
      aria-sort={isBy ? (present.down ? 'descending' : 'ascending') : undefined}
    >
      {by === undefined ? (
        <span class={unseen ? 'sr-only' : undefined}>{t(key)}</span>
      ) : (
        <button type="button" class="sort" onClick={() => (sort.value = turned(sort.peek(), by))}>
          {t(key)}
          <span aria-hidden="true">{isBy ? (present.down ? ' ↓' : ' ↑') : ''}</span>
        </button>
      )}
    </div>
  );
}

/** The heads say it where rows are cards. */
function SortSelect<By extends string>({ sort, heads, pane }: { sort: Signal<Sort<By>>; heads: ReadonlyArray<Head<By>>; pane: Pane }) {
  const { by, down } = sort.value;
  return (
    <select
      class="pane-sort"
      aria-label={t('live.sort', { list: t(TITLES[pane]) })}
      value={`${by} ${down ? 'down' : 'up'}`}
      onChange={(event) => {
        const [name, way] = event.currentTarget.value.split(' ');
        sort.value = { by: name as By, down: way === 'down' };
      }}
    >
      {heads.flatMap((head) =>
        head.by === undefined
          ? []
          : (['up', 'down'] as const).map((way) => (
              <option key={`${head.by} ${way}`} value={`${head.by} ${way}`}>
                {t(head.key)} {way === 'up' ? '↑' : '↓'}
              </option>
            )),
      )}
    </select>
  );
}

export function TicketPane({ screen, office, isTab, onAct }: PaneProps) {
  return (
    <PaneBox
      pane="tickets"
      screen={screen}
      isTab={isTab}
      none="admin.tickets.none"
      sort={screen.ticketSort}
      heads={[
        { key: 'admin.number', by: 'number' },
        { key: 'admin.line', by: 'line' },
        { key: 'admin.nickname' },
        { key: 'admin.ahead', figure: true },
        { key: 'admin.stage', by: 'stage' },
        { key: 'live.waited', by: 'waited', figure: true },
        { key: 'live.acts', unseen: true },
      ]}
      row={(id, active) => <TicketCells id={id} active={active} screen={screen} office={office} onAct={onAct} />}
    />
  );
}

export function RoomPane({ screen, office, isTab, onAct }: PaneProps) {
  return (
    <PaneBox
      pane="rooms"
      screen={screen}
      isTab={isTab}
      none="admin.rooms.none"
      sort={screen.roomSort}
      heads={[
        { key: 'admin.number', by: 'number' },
        { key: 'admin.line', by: 'line' },
        { key: 'admin.nickname' },
        { key: 'admin.counsellor', by: 'counsellor' },
        { key: 'live.said', by: 'messages', figure: true },
        { key: 'live.talked', by: 'running', figure: true },
        { key: 'live.acts', unseen: true },
      ]}
      row={(id, active) => <RoomCells id={id} active={active} screen={screen} office={office} onAct={onAct} />}
    />
  );
}

export function CounsellorPane({ screen, office, isTab }: PaneProps) {
  return (
    <PaneBox
      pane="counsellors"
      screen={screen}
      isTab={isTab}
      none="admin.counsellors.none"
      sort={screen.counsellorSort}
      heads={[
        { key: 'admin.counsellor', by: 'counsellor' },
        { key: 'admin.connected', by: 'present' },
        { key: 'admin.intent' },
        { key: 'admin.activity', by: 'activity' },
        { key: 'admin.held', by: 'held', figure: true },
        { key: 'admin.line' },
      ]}
      row={(id) => <CounsellorCells id={id} screen={screen} office={office} />}
    />
  );
}
