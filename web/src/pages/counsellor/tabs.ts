import { begin, goOn, hear, rebase, refuse, type Conversation, type Told } from '../../lib/conversation';
import { faulted, type Outbox } from '../../lib/outbox';
import type { Member, RoomBrief, RoomId, ServerFrame, Wall } from '../../lib/protocol.gen';
import { silent, type Whisper, type Whispers } from '../../lib/whispers';
import type { TransferTarget, TransferTold } from './frames';

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

/** A conversation being handed over. ASKING: not yet answered by the server; the last two are over, and shown. */
export interface Handover {
  readonly phase: 'ASKING' | 'OFFERED' | 'DECLINED' | 'NOBODY';
  readonly target: TransferTarget;
  /** The line's or the colleague's name, as it was chosen. */
  readonly name: string;
}

/** What is known of the visitor and the request; what is null has not been read yet. */
export interface About {
  readonly nickname: string | null;
  readonly note: string | null;
  readonly waited_s: number | null;
  readonly language: string | null;
  readonly matched_at: Wall | null;
  /** Who handed it over, with their note. */
  readonly handed_by: string | null;
  readonly handed_note: string | null;
}

/** One room on the counsellor's screen. */
export interface Tab {
  readonly room: RoomId;
  readonly conversation: Conversation;
  readonly number: string;
  readonly line: string;
  readonly about: About;
  /** The last `seq` the counsellor has had on screen. */
  readonly read_to: number;
  /** Where the unread began when the room was last brought to the front; null when nothing was unread. */
  readonly new_after: number | null;
  readonly wrap_up: WrapUp;
  readonly handover: Handover | null;
  readonly whispers: Whispers;
  /** How many whispers of others the counsellor has had on screen. */
  readonly whispers_read: number;
}

/** The server closed the connection for a fault of the page's: none of these words is sent again by itself. */
export const unsayable = (tab: Tab): Tab => ({
  ...tab,
  conversation: { ...tab.conversation, outbox: faulted(tab.conversation.outbox) },
  whispers: { ...tab.whispers, outbox: faulted(tab.whispers.outbox) },
});

/** Words from before a reload that the server has not accepted yet. */
export interface Unsaid {
  readonly outbox: Outbox;
  readonly whispers: Outbox;
}

/** Up to where a room was read before a reload. */
export interface ReadTo {
  readonly seq: number;
  readonly whispers: number;
}

/** A talk that is over and not written up, on a line that does not wait for it: the server does not name it again. */
export interface Due {
  readonly number: string;
  readonly line: string;
  readonly nickname: string | null;
  readonly last_seq: number;
  /** What was sent and is not known to be on file. */
  readonly sent: { readonly result_code: string; readonly memo: string } | null;
}

const NO_WRAP_UP: WrapUp = { phase: 'NONE', required: false, result_code: '', memo: '', resent: false };

export const UNKNOWN: About = {
  nickname: null,
  note: null,
  waited_s: null,
  language: null,
  matched_at: null,
  handed_by: null,
  handed_note: null,
};

export function unread(tab: Tab): number {
  const said = tab.conversation.told.filter((told) => !told.mine && told.seq > tab.read_to).length;
  return said + Math.max(0, whispersOfOthers(tab) - tab.whispers_read);
}

const whispersOfOthers = ({ whispers }: Tab): number => whispers.told.filter(({ mine }) => !mine).length;

/** It has been on the screen. */
export function read(tab: Tab): Tab {
  const read_to = Math.max(tab.read_to, tab.conversation.told.at(-1)?.seq ?? 0);
  const whispers_read = Math.max(tab.whispers_read, whispersOfOthers(tab));
  return read_to === tab.read_to && whispers_read === tab.whispers_read ? tab : { ...tab, read_to, whispers_read };
}

/** It comes to the front: what was unread is marked off. */
export function mark(tab: Tab): Tab {
  return { ...tab, new_after: unread(tab) > 0 ? tab.read_to : null };
}

/** Whether the talk is over and its result may still be written. */
export const isDue = (tab: Tab): boolean => tab.conversation.ended !== null && tab.wrap_up.phase !== 'NONE';

/** The last thing said, for the list. */
export const lastSaid = (tab: Tab): Told | null => tab.conversation.told.at(-1) ?? null;

/** The last whisper, where nothing was said after it. */
export function lastWhisper({ whispers, conversation }: Tab): Whisper | null {
  const last = whispers.told.at(-1);
  return last && last.at > (conversation.told.at(-1)?.at ?? '') ? last : null;
}

/** Supervisors who have come into the conversation. */
export const supervisorsIn = ({ conversation }: Tab): readonly Member[] =>
  Object.values(conversation.members).filter(({ role, state }) => role === 'MANAGER' && state !== 'LEFT');

/** The visitor, or whoever else is there. */
export function guestOf(tab: Tab): string | null {
  const { members, you } = tab.conversation;
  const others = Object.values(members).filter(({ member }) => member !== you);
  const desks = others.filter(({ role }) => role === 'DESK');
  return (desks.find(({ state }) => state !== 'LEFT') ?? desks[0] ?? others[0])?.member ?? null;
}

/** The rooms as they stand in the list: those talking, then those to be wrapped up. */
export function listed(tabs: readonly Tab[]): readonly Tab[] {
  const over = (tab: Tab) => (tab.conversation.ended ? 1 : 0);
  return tabs.toSorted((a, b) => over(a) - over(b));
}

export function openTab(
  frame: Extract<ServerFrame, { type: 'matched' }>,
  known: { number: string; line: string; about: About },
  { outbox, whispers }: Unsaid,
): Tab {
  return { ...newTab(frame.room, begin(frame, outbox), frame.last_seq, whispers), ...known };
}

/** What a reload keeps of such a talk; null for any other. */
export function dueOf({ conversation, wrap_up, number, line, about }: Tab): Due | null {
  if (!conversation.ended || wrap_up.phase === 'NONE' || wrap_up.required) return null;
  const { result_code, memo, phase } = wrap_up;
  const sent = phase === 'SENT' ? { result_code, memo } : null;
  return { number, line, nickname: about.nickname, last_seq: conversation.last_seq, sent };
}

/** Such a talk after a reload: what was said in it cannot be had here any more, but it can be written up. */
export function dueTab(room: RoomId, { number, line, nickname, last_seq, sent }: Due): Tab {
  const begun = begin({ room, you: '', members: [], last_seq });
  const conversation = { ...begun, base: last_seq, ended: { reason: null, by: null } };
  const wrap_up: WrapUp = { ...NO_WRAP_UP, phase: sent ? 'SENT' : 'OPEN', resent: sent !== null, ...sent };
  return { ...newTab(room, conversation, last_seq, []), number, line, about: { ...UNKNOWN, nickname }, wrap_up };
}

/** A room as the `state` frame tells it; `fresh` is the first `state` of a connection. */
export function tellTab(
  before: Tab | undefined,
  brief: RoomBrief,
  fresh: boolean,
  { outbox, whispers }: Unsaid,
  read?: ReadTo,
): Tab {
  const { room, number, line } = brief;
  const opened = { ...newTab(room, begin(brief, outbox), read?.seq ?? brief.last_seq, whispers), whispers_read: read?.whispers ?? 0 };
  const tab = { ...(before ?? opened), number, line };
  const ended = tab.conversation.ended;
  const conversation = before && fresh ? goOn(tab.conversation, brief) : tab.conversation;
  if (!brief.wrap_up) return { ...tab, conversation: { ...conversation, ended: fresh ? null : ended } };
  const phase = tab.wrap_up.phase === 'NONE' ? 'OPEN' : tab.wrap_up.phase;
  return {
    ...tab,
    handover: null,
    conversation: { ...conversation, ended: ended ?? { reason: null, by: null } },
    wrap_up: { ...tab.wrap_up, phase, required: true },
  };
}

/** A room the `state` frame no longer names. */
export function untoldTab(tab: Tab, fresh: boolean): Tab | null {
  const { conversation, wrap_up } = tab;
  // The wrap-up has arrived, unless it was lost with the connection: then it is sent again. Where the line does not
  // wait for it, the room is not named in any case: the record shows whether it is on file.
  if (wrap_up.phase === 'SENT' && wrap_up.required && !fresh) return null;
  // Handed over, and nothing of it is left to be written.
  if (conversation.ended?.reason === 'TRANSFERRED' && wrap_up.phase === 'NONE') return null;
  if (conversation.ended) return { ...tab, wrap_up: { ...wrap_up, required: false } };
  // A `state` may have been written just before the match; only the first one of a connection proves an end.
  if (!fresh) return tab;
  return {
    ...tab,
    handover: null,
    conversation: { ...conversation, ended: { reason: null, by: null } },
    wrap_up: { ...wrap_up, phase: 'OPEN' },
  };
}

export function hearTab(tab: Tab, frame: Parameters<typeof hear>[1]): Tab {
  const conversation = hear(tab.conversation, frame);
  if (frame.type !== 'ended') return { ...tab, conversation };
  // Somebody else goes on with it and will wrap it up; what is left for the giver, the `state` frame says.
  const handed_on = frame.reason === 'COUNSELLOR_LOST' || frame.reason === 'TRANSFERRED';
  const phase = tab.wrap_up.phase !== 'NONE' ? tab.wrap_up.phase : handed_on ? 'NONE' : 'OPEN';
  return { ...tab, conversation, handover: null, wrap_up: { ...tab.wrap_up, phase } };
}

/** How the handing over stands. */
export function handTab(tab: Tab, frame: TransferTold): Tab {
  if (frame.state === 'CANCELLED') return { ...tab, handover: null };
  // ACCEPTED is followed by the end; until then nothing else may be done.
  const phase = frame.state === 'ACCEPTED' ? 'OFFERED' : frame.state;
  const target: TransferTarget = frame.counsellor ? { counsellor: frame.counsellor } : { line: frame.line ?? tab.line };
  const handover = tab.handover ?? { target, name: '' };
  return { ...tab, handover: { ...handover, phase } };
}

/** An `error` that names this room or one of its messages; null when the tab is done with. */
export function refuseTab(tab: Tab, frame: Extract<ServerFrame, { type: 'error' }>): Tab | null {
  if (frame.re !== tab.room) return { ...tab, conversation: refuse(tab.conversation, frame) };
  if (frame.code === 'RESYNC' && frame.seq !== undefined) {
    return { ...tab, conversation: rebase(tab.conversation, frame.seq) };
  }
  // A room that is over has no seat to say anything from; a wrap-up needs none.
  if (tab.wrap_up.phase !== 'SENT' || frame.code === 'NO_SUCH_ROOM' || frame.code === 'ROOM_ENDED') return tab;
  if (tab.wrap_up.resent && frame.code === 'NOTHING_TO_WRAP_UP') return null;
  return { ...tab, wrap_up: { ...tab.wrap_up, phase: 'OPEN' } };
}

function newTab(room: RoomId, conversation: Conversation, read_to: number, unsent: Outbox): Tab {
  const nothing = { number: '', line: '', about: UNKNOWN, new_after: null, handover: null };
  const whispers = { ...silent, outbox: unsent };
  return { room, conversation, read_to, wrap_up: NO_WRAP_UP, whispers, whispers_read: 0, ...nothing };
}
