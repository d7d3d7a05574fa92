import type { Node } from '../../../lib/api.gen';
import type { Said } from '../../../lib/said';
import { gone, isAlone, isUnmatched, type ServersState } from './state';

/** Something about the servers that is not as it usually is. */
export interface Finding extends Said {
  /** Somebody may have to do something; the others go by. */
  grave: boolean;
}

/** What is to be said about the servers, what matters most first; nothing on a quiet day. */
export function findings(state: ServersState): Finding[] {
  const nodes = state.nodes ?? [];
  const there = nodes.filter(({ state }) => state !== 'GONE');
  const at = (...states: string[]) => nodes.filter(({ state }) => states.includes(state));
  const alone = isAlone(nodes);
  return [
    ...named('servers.gone', gone(state)),
    ...(isUnmatched(state) ? [{ key: 'servers.unmatched' as const, grave: true }] : []),
    ...named('servers.cut_off', at('GONE')),
    ...named('servers.not_redis', there.some(({ engine }) => engine === 'REDIS') ? unheard(there) : []),
    ...versions(there),
    ...(!alone && there.length === 1 ? [{ key: 'servers.last' as const, grave: true }] : []),
    ...named(alone ? 'servers.drains.alone' : 'servers.drains', at('DRAINING'), false),
    ...named('servers.joins', at('JOINING'), false),
  ];
}

const names = (nodes: readonly Node[]): string => nodes.map(({ name }) => name).join(', ');

const named = (key: Said['key'], nodes: readonly Node[], grave = true): Finding[] =>
  nodes.length === 0 ? [] : [{ key, values: { names: names(nodes) }, grave }];

/** Those that are up and do not hear Redis. One that joins has not had the time. */
const unheard = (there: readonly Node[]): Node[] =>
  there.filter(({ state, engine }) => state === 'UP' && engine === 'POSTGRES');

/** Which servers run which version, if it is more than one. */
function versions(there: readonly Node[]): Finding[] {
  const all = [...new Set(there.map(({ version }) => version))];
  if (all.length < 2) return [];
  const each = all.map((version) => `${version} (${names(there.filter((node) => node.version === version))})`);
  return [{ key: 'servers.versions', values: { versions: each.join(', ') }, grave: true }];
}
