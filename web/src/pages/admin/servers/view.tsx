import { useEffect } from 'preact/hooks';

import type { Node } from '../../../lib/api.gen';
import { officeTime } from '../../../lib/format';
import { language, t, type TextKey } from '../../../lib/i18n';
import { say } from '../../../lib/said';
import { Failed, Loading } from '../../../ui/listing';
import { Table, type Column } from '../../../ui/table';
import type { Office } from '../office';
import { findings } from './findings';
import type { Servers } from './servers';
import './servers.css';
import { gone, isAlone, isOld, type ServersState } from './state';

/** The servers that work as one: which there are, and what is not as it should be. */
export function ServersPage({ office }: { office: Office }) {
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.servers')}</h2>
      </header>
      {office.may('servers') ? <Watched servers={office.servers} /> : <NotAllowed />}
    </section>
  );
}

function NotAllowed() {
  return (
    <p class="notice" data-testid="not-allowed">
      {t('servers.admins_only')}
    </p>
  );
}

function Watched({ servers }: { servers: Servers }) {
  useEffect(() => {
    servers.start();
    return () => servers.stop();
  }, [servers]);
  const state = servers.state.value;
  if (state.refused) return <NotAllowed />;
  if (state.nodes === null) {
    return state.trouble ? <Failed trouble={state.trouble} onAgain={() => void servers.look()} /> : <Loading />;
  }
  return <Seen state={state} nodes={state.nodes} />;
}

function Seen({ state, nodes }: { state: ServersState; nodes: readonly Node[] }) {
  const alone = isAlone(nodes);
  const left = gone(state).map((node) => ({ ...node, state: 'GONE', sockets: null, rooms: null, matchmaker: false, me: false }));
  return (
    <>
      <Findings state={state} alone={alone} />
      <div class="card stack">
        <Table
          testid="server-row"
          caption={t('admin.servers')}
          items={[...nodes, ...left].toSorted((a, b) => a.name.localeCompare(b.name))}
          idOf={({ node }) => node}
          columns={columns(alone)}
        />
        <p class="hint" data-testid="servers-hint">
          {t(alone ? 'servers.alone' : 'servers.together')}
        </p>
      </div>
    </>
  );
}

/** Read out as it changes. */
function Findings({ state, alone }: { state: ServersState; alone: boolean }) {
  const found = findings(state);
  return (
    <div class="stack tight" role="status" data-testid="findings">
      {isOld(state) && (
        <p class="notice" data-testid="servers-old">
          {t('servers.old', { time: officeTime(new Date(state.at).toISOString()) })}
        </p>
      )}
      {found.map((finding) => (
        <p key={finding.key} class={finding.grave ? 'notice' : 'hint'} data-finding={finding.key}>
          {say(finding)}
        </p>
      ))}
      {found.length === 0 && !isOld(state) && (
        <p class="servers-well" data-testid="servers-well">
          {t(alone ? 'servers.well.alone' : 'servers.well')}
        </p>
      )}
    </div>
  );
}

const MARKS: Readonly<Record<string, string>> = { UP: 'mark-good', DRAINING: 'mark-new', GONE: 'mark-new' };
const STATES: Readonly<Record<string, TextKey>> = {
  JOINING: 'servers.state.JOINING',
  UP: 'servers.state.UP',
  DRAINING: 'servers.state.DRAINING',
  GONE: 'servers.state.GONE',
};
const ENGINES: Readonly<Record<string, string>> = { POSTGRES: 'PostgreSQL', REDIS: 'Redis' };

function columns(alone: boolean): Column<Node>[] {
  const figure = (value: number | null) => value?.toLocaleString(language.value) ?? '–';
  return [
    { head: t('servers.name'), cell: ({ name }) => <span class="server-name">{name}</span> },
    {
      head: t('admin.status'),
      cell: ({ state }) => (
        <span class={MARKS[state] ?? 'mark-off'} data-state={state}>
          {STATES[state] ? t(STATES[state]) : state}
        </span>
      ),
    },
    ...(alone ? [] : [{ head: t('servers.task'), cell: (node: Node) => <Tasks node={node} /> }]),
    { head: t('servers.version'), cell: ({ version }) => version },
    ...(alone ? [] : [{ head: t('servers.engine'), cell: ({ engine }: Node) => (engine && ENGINES[engine]) ?? engine ?? '–' }]),
    { head: t('servers.sockets'), cell: ({ sockets }) => figure(sockets), figure: true },
    { head: t('servers.rooms'), cell: ({ rooms }) => figure(rooms), figure: true },
  ];
}

/** What it does that the others do not. */
function Tasks({ node: { matchmaker, me } }: { node: Node }) {
  if (!matchmaker && !me) return <>–</>;
  return (
    <span class="server-tasks">
      {matchmaker && (
        <span class="mark-good" data-task="matches">
          {t('servers.matches')}
        </span>
      )}
      {me && (
        <span class="mark-off" data-task="answers">
          {t('servers.me')}
        </span>
      )}
    </span>
  );
}
