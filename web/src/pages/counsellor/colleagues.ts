import type { Colleague } from '../../lib/api.gen';
import type { LineLoad } from '../../lib/protocol.gen';
import type { TransferTarget } from './frames';
import type { LineChoosable } from './records';

/** What one may choose to hand a conversation to. */
export interface Choice {
  readonly key: string;
  readonly name: string;
  readonly target: TransferTarget;
}

export interface ColleagueChoice extends Choice {
  /** READY can be asked now; the others say why not. */
  readonly standing: 'READY' | 'FULL' | 'PAUSED' | 'OFFLINE';
  readonly free: number;
}

export interface LineChoice extends Choice {
  /** Null where it is not known. */
  readonly waiting: number | null;
  /** Colleagues who could take it now. */
  readonly ready: number;
  readonly open: boolean;
}

function standing({ connected, intent, free }: Colleague): ColleagueChoice['standing'] {
  if (!connected) return 'OFFLINE';
  if (intent !== 'OPEN') return 'PAUSED';
  return free > 0 ? 'READY' : 'FULL';
}

const ORDER: readonly ColleagueChoice['standing'][] = ['READY', 'FULL', 'PAUSED', 'OFFLINE'];

/** Colleagues, those who can take it first; never oneself. */
export function colleagueChoices(colleagues: readonly Colleague[], me: string): ColleagueChoice[] {
  return colleagues
    .filter(({ id }) => id !== me)
    .map((each) => ({
      key: `counsellor ${each.id}`,
      name: each.name,
      target: { counsellor: each.id },
      standing: standing(each),
      free: each.free,
    }))
    .toSorted((a, b) => ORDER.indexOf(a.standing) - ORDER.indexOf(b.standing) || a.name.localeCompare(b.name));
}

/** Topics, each once: a handing over names the topic, and the visitor's language goes with the ticket. */
export function lineChoices(
  lines: readonly LineChoosable[],
  queue: readonly LineLoad[],
  colleagues: readonly Colleague[],
  me: string,
): LineChoice[] {
  const topics = new Map(lines.map((line) => [line.topic, line] as const).toReversed());
  return [...topics.values()].toReversed().map(({ topic, name }) => {
    const same = lines.filter((line) => line.topic === topic);
    const loads = queue.filter(({ line }) => line === topic);
    const known = same.some(({ waiting }) => waiting !== undefined);
    const waiting = known
      ? same.reduce((sum, line) => sum + (line.waiting ?? 0), 0)
      : loads.length > 0
        ? loads.reduce((sum, load) => sum + load.waiting, 0)
        : null;
    const ready = colleagues.filter(
      (each) => each.id !== me && each.lines.includes(topic) && standing(each) === 'READY',
    ).length;
    return { key: `line ${topic}`, name, target: { line: topic }, waiting, ready, open: same.some(({ open }) => open) };
  });
}
