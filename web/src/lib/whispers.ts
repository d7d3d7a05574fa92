import { put, take, trouble, type Outbox } from './outbox';
import type { ServerFrame, Wall, Whisperer, WhisperId } from './protocol.gen';

/** Said between a counsellor and the supervisors of a room. It has no place in the order of what the room hears. */
export interface Whisper {
  readonly id: WhisperId;
  readonly client_id: string;
  readonly from: Whisperer;
  readonly mine: boolean;
  readonly body: string;
  readonly at: Wall;
}

/** The whispers of one room as one page knows them. */
export interface Whispers {
  /** In order of their moments, each once. */
  readonly told: readonly Whisper[];
  readonly outbox: Outbox;
}

export const silent: Whispers = { told: [], outbox: [] };

export function whisper(whispers: Whispers, client_id: string, body: string): Whispers {
  return { ...whispers, outbox: put(whispers.outbox, client_id, body) };
}

export function hearWhisper(
  whispers: Whispers,
  frame: Extract<ServerFrame, { type: 'whisper' | 'whispered' }>,
): Whispers {
  if (frame.type === 'whisper') {
    const { id, client_id, from, mine, body, at } = frame;
    return tell(whispers, { id, client_id, from, mine, body, at });
  }
  const { id, client_id, at } = frame;
  const unsent = whispers.outbox.find((each) => each.client_id === client_id);
  if (!unsent) return whispers;
  // One's own whispers are shown without a name.
  return tell(whispers, { id, client_id, from: { name: '', role: 'COUNSELLOR' }, mine: true, body: unsent.body, at });
}

/** An `error` frame that answers a whisper. */
export function refuseWhisper(whispers: Whispers, frame: Extract<ServerFrame, { type: 'error' }>): Whispers {
  return frame.re === undefined ? whispers : { ...whispers, outbox: trouble(whispers.outbox, frame.re, frame.code) };
}

function tell(whispers: Whispers, said: Whisper): Whispers {
  const outbox = said.mine ? take(whispers.outbox, said.client_id) : whispers.outbox;
  if (whispers.told.some(({ id }) => id === said.id)) return { ...whispers, outbox };
  const place = whispers.told.findLastIndex(({ at }) => at <= said.at) + 1;
  return { told: whispers.told.toSpliced(place, 0, said), outbox };
}

/** `/w`, and what the same two keys write with Korean letters on. */
const CALL = /^\s*\/[wWㅈ](?:\s+|$)/;
/** Still being written, `/w` may become another word: the name of a reply. */
const CALL_IN_DRAFT = /^\s*\/[wWㅈ]\s/;

/**
 * What is to be whispered by words that begin with `/w`; null for words that do not. `/w` alone is the call for it,
 * with nothing to whisper yet.
 */
export function whispered(body: string): string | null {
  return CALL.test(body) ? body.replace(CALL, '') : null;
}

/** The same of words that are still being written. */
export function whisperedInDraft(body: string): string | null {
  return CALL_IN_DRAFT.test(body) ? whispered(body) : null;
}
