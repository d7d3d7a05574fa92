import type { Node } from '../../../lib/api.gen';
import type { Said } from '../../../lib/said';

/** One answer that differs is no news: whoever answers may be the last to hear of another. */
const LOOKS_MIN = 2;

/** A server that was there since the page was opened, and in how many looks running it was not. */
interface Missed {
  readonly node: Node;
  readonly looks: number;
}

/** The servers, as far as the page has seen them. */
export interface ServersState {
  /** As they were answered last; null until then. */
  readonly nodes: readonly Node[] | null;
  readonly missed: readonly Missed[];
  /** In how many looks running nobody matched. */
  readonly unmatched: number;
  /** When they were answered last, in milliseconds of the office's clock. */
  readonly at: number;
  /** How many looks running had no answer. */
  readonly failed: number;
  /** Why the last look had none. */
  readonly trouble: Said | null;
  /** Who looks may not. */
  readonly refused: boolean;
}

export type ServersAction =
  | { type: 'answered'; nodes: readonly Node[]; at: number }
  | { type: 'failed'; trouble: Said }
  | { type: 'refused' };

export const nothingSeen: ServersState = {
  nodes: null,
  missed: [],
  unmatched: 0,
  at: 0,
  failed: 0,
  trouble: null,
  refused: false,
};

export function reduce(state: ServersState, action: ServersAction): ServersState {
  switch (action.type) {
    case 'answered': {
      const unmatched = action.nodes.some(({ matchmaker }) => matchmaker) ? 0 : state.unmatched + 1;
      const missed = missing(state, action.nodes);
      return { ...nothingSeen, nodes: action.nodes, missed, unmatched, at: action.at };
    }
    case 'failed':
      return { ...state, failed: state.failed + 1, trouble: action.trouble };
    case 'refused':
      return { ...nothingSeen, refused: true };
  }
}

/** Those that were seen and are not there. One that was started anew is another run with the same name. */
function missing({ nodes, missed }: ServersState, present: readonly Node[]): Missed[] {
  const seen = [...missed, ...(nodes ?? []).map((node) => ({ node, looks: 0 }))];
  const away = seen.filter(({ node }) => present.every((other) => other.node !== node.node));
  const known = new Set(seen.map(({ node }) => node.node));
  for (const { node, name } of present) {
    if (known.has(node)) continue;
    const before = away.findIndex((each) => each.node.name === name);
    if (before >= 0) away.splice(before, 1);
  }
  return away.map(({ node, looks }) => ({ node, looks: looks + 1 }));
}

/** Those that were there and are gone. */
export const gone = ({ missed }: ServersState): Node[] =>
  missed.filter(({ looks }) => looks >= LOOKS_MIN).map(({ node }) => node);

/** Whether nobody has matched for longer than it takes to see it. */
export const isUnmatched = ({ unmatched }: ServersState): boolean => unmatched >= LOOKS_MIN;

/** Whether what is shown is old: one look without an answer is no news either. */
export const isOld = ({ nodes, failed }: ServersState): boolean => nodes !== null && failed >= LOOKS_MIN;

/** Whether it is one server, which hears no others. */
export const isAlone = (nodes: readonly Node[]): boolean => nodes.length === 1 && nodes[0]!.engine === null;
