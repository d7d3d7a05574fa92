import { begin, goOn, hear, rebase, refuse, type Conversation } from '../../lib/conversation';
import type { Outbox } from '../../lib/outbox';
import type { RoomBrief, RoomId, ServerFrame } from '../../lib/protocol.gen';

/** What remains to be done after the end. NONE: nothing; OPEN: may be written; SENT: on its way. */
export interface WrapUp {
  readonly phase: 'NONE' | 'OPEN' | 'SENT';
  /** The line waits for it: the place is not free before. */
  readonly required: boolean;
  readonly result_code: string;
  readonly memo: string;
  /** Sent again after a drop: "nothing to wrap up" then means that the first one arrived. */
  readonly resent: boolean;
}

/** One room on the counsellor's screen. */
export interface Tab {
  readonly room: RoomId;
  readonly conversation: Conversation;
  readonly number: string;
  readonly line: string;
  /** The last `seq` the counsellor has had on screen. */
  readonly read_to: number;
  readonly wrap_up: WrapUp;
}

const NO_WRAP_UP: WrapUp = { phase: 'NONE', required: false, result_code: '', memo: '', resent: false };

export function unread(tab: Tab): number {
  return tab.conversation.told.filter((told) => !told.mine && told.seq > tab.read_to).length;
}

export function read(tab: Tab): Tab {
  return { ...tab, read_to: Math.max(tab.read_to, tab.conversation.told.at(-1)?.seq ?? 0) };
}

/** The visitor, or whoever else is there. */
export function guestOf(tab: Tab): string | null {
  const { members, you } = tab.conversation;
  const others = Object.values(members).filter(({ member }) => member !== you);
  return (others.find(({ role }) => role === 'DESK') ?? others[0])?.member ?? null;
}

export function openTab(
  frame: Extract<ServerFrame, { type: 'matched' }>,
  number: string,
  line: string,
  outbox: Outbox,
): Tab {
  return {
    room: frame.room,
    conversation: begin(frame, outbox),
    number,
    line,
    read_to: frame.last_seq,
    wrap_up: NO_WRAP_UP,
  };
}

/** A room as the `state` frame tells it; `fresh` is the first `state` of a connection. */
export function tellTab(before: Tab | undefined, brief: RoomBrief, fresh: boolean, outbox: Outbox): Tab {
  const { room, number, line } = brief;
  const tab: Tab = before
    ? { ...before, number, line }
    : { room, conversation: begin(brief, outbox), number, line, read_to: brief.last_seq, wrap_up: NO_WRAP_UP };
  const ended = tab.conversation.ended;
  const conversation = before && fresh ? goOn(tab.conversation, brief) : tab.conversation;
  if (!brief.wrap_up) return { ...tab, conversation: { ...conversation, ended: fresh ? null : ended } };
  const phase = tab.wrap_up.phase === 'NONE' ? 'OPEN' : tab.wrap_up.phase;
  return {
    ...tab,
    conversation: { ...conversation, ended: ended ?? { reason: null, by: null } },
    wrap_up: { ...tab.wrap_up, phase, required: true },
  };
}

/** A room the `state` frame no longer names. */
export function untoldTab(tab: Tab, fresh: boolean): Tab | null {
  const { conversation, wrap_up } = tab;
  // The wrap-up has arrived, unless it was lost with the connection: then it is sent again.
  if (wrap_up.phase === 'SENT' && !fresh) return null;
  if (conversation.ended) return { ...tab, wrap_up: { ...wrap_up, required: false } };
  // A `state` may have been written just before the match; only the first one of a connection proves an end.
  if (!fresh) return tab;
  return {
    ...tab,
    conversation: { ...conversation, ended: { reason: null, by: null } },
    wrap_up: { ...wrap_up, phase: 'OPEN' },
  };
}

export function hearTab(tab: Tab, frame: Parameters<typeof hear>[1]): Tab {
  const conversation = hear(tab.conversation, frame);
  if (frame.type !== 'ended') return { ...tab, conversation };
  // Somebody else goes on with it and will wrap it up.
  const handed_on = frame.reason === 'COUNSELLOR_LOST' || frame.reason === 'TRANSFERRED';
  const phase = handed_on ? 'NONE' : tab.wrap_up.phase === 'NONE' ? 'OPEN' : tab.wrap_up.phase;
  return { ...tab, conversation, wrap_up: { ...tab.wrap_up, phase } };
}

/** An `error` that names this room or one of its messages; null when the tab is done with. */
export function refuseTab(tab: Tab, frame: Extract<ServerFrame, { type: 'error' }>): Tab | null {
  if (frame.re !== tab.room) return { ...tab, conversation: refuse(tab.conversation, frame) };
  if (frame.code === 'RESYNC' && frame.seq !== undefined) {
    return { ...tab, conversation: rebase(tab.conversation, frame.seq) };
  }
  if (tab.wrap_up.phase !== 'SENT') return tab;
  if (tab.wrap_up.resent && frame.code === 'NOTHING_TO_WRAP_UP') return null;
  return { ...tab, wrap_up: { ...tab.wrap_up, phase: 'OPEN' } };
}
