import { put, take, trouble, type Outbox } from './outbox';
import type { EndReason, Member, MemberId, RoomId, ServerFrame, Wall } from './protocol.gen';

/** A message that is on the server's disk. */
export interface Told {
  readonly seq: number;
  readonly client_id: string;
  readonly from: MemberId;
  readonly mine: boolean;
  readonly body: string;
  readonly at: Wall;
  readonly masked: readonly string[];
}

/** One conversation as one page knows it. It outlives a room: a lost counsellor's successor goes on with it. */
export interface Conversation {
  readonly room: RoomId;
  readonly you: MemberId;
  /** Everybody who has ever had a seat, so that an old message keeps its name. */
  readonly members: Readonly<Record<MemberId, Member>>;
  /** What lies at or below this can no longer be had. */
  readonly base: number;
  /** In order of `seq`, each once. */
  readonly told: readonly Told[];
  /** The highest `seq` the server has named. */
  readonly last_seq: number;
  readonly outbox: Outbox;
  readonly typing: readonly MemberId[];
  readonly seen: Readonly<Record<MemberId, number>>;
  readonly ended: { readonly reason: EndReason | null; readonly by: MemberId | null } | null;
}

type RoomFrame = Extract<ServerFrame, { type: 'message' | 'accepted' | 'member' | 'typing' | 'seen' | 'ended' }>;

interface Seat {
  room: RoomId;
  you: MemberId;
  members: Member[];
  last_seq: number;
}

export function begin(seat: Seat, outbox: Outbox = []): Conversation {
  return {
    room: seat.room,
    you: seat.you,
    members: roll({}, seat.members),
    base: 0,
    told: [],
    last_seq: seat.last_seq,
    outbox,
    typing: [],
    seen: {},
    ended: null,
  };
}

/** The seat is taken again, after a drop or in the room that follows: what was said stays. */
export function goOn(before: Conversation, seat: Seat): Conversation {
  // Whoever is no longer named has left.
  const gone = Object.values(before.members).map((member): Member => ({ ...member, state: 'LEFT' }));
  return {
    ...before,
    room: seat.room,
    you: seat.you,
    members: roll(roll({}, gone), seat.members),
    last_seq: Math.max(before.last_seq, seat.last_seq),
    typing: [],
    ended: null,
  };
}

/** The last `seq` up to which nothing is missing. */
export function heard(conversation: Conversation): number {
  let seq = conversation.base;
  for (const told of conversation.told) {
    if (told.seq <= seq) continue;
    if (told.seq !== seq + 1) break;
    seq = told.seq;
  }
  return seq;
}

/** Whether everything the server has named has been heard; only then may unsent words follow. */
export function upToDate(conversation: Conversation): boolean {
  return heard(conversation) >= conversation.last_seq;
}

/** The last message of somebody else, for `seen`. */
export function lastOfOthers(conversation: Conversation): number {
  return conversation.told.findLast((told) => !told.mine)?.seq ?? 0;
}

/** Up to where somebody else has read. */
export function readByOthers({ seen, you }: Conversation): number {
  return Object.entries(seen).reduce((most, [member, seq]) => (member === you ? most : Math.max(most, seq)), 0);
}

export function say(conversation: Conversation, client_id: string, body: string): Conversation {
  return { ...conversation, outbox: put(conversation.outbox, client_id, body) };
}

/** The server no longer has what came before `oldest`. */
export function rebase(conversation: Conversation, oldest: number): Conversation {
  return { ...conversation, base: Math.max(conversation.base, oldest - 1) };
}

export function hear(conversation: Conversation, frame: RoomFrame): Conversation {
  switch (frame.type) {
    case 'message': {
      const { seq, client_id, from, body, at } = frame;
      const mine = isOurs(conversation, from) || conversation.outbox.some((unsent) => unsent.client_id === client_id);
      return tell(conversation, { seq, client_id, from, mine, body, at, masked: [] });
    }
    case 'accepted': {
      const { seq, client_id, at, masked = [] } = frame;
      const unsent = conversation.outbox.find((said) => said.client_id === client_id);
      if (!unsent) return conversation;
      return tell(conversation, { seq, client_id, from: conversation.you, mine: true, body: unsent.body, at, masked });
    }
    case 'member': {
      const { member, role, name, picture, state } = frame;
      const who: Member = { member, role, name, state: state === 'BACK' ? 'JOINED' : state };
      if (picture !== undefined) who.picture = picture;
      const typing = state === 'JOINED' || state === 'BACK' ? conversation.typing : without(conversation.typing, member);
      return { ...conversation, members: { ...conversation.members, [member]: who }, typing };
    }
    case 'typing': {
      const others = without(conversation.typing, frame.from);
      return { ...conversation, typing: frame.on ? [...others, frame.from] : others };
    }
    case 'seen': {
      const before = conversation.seen[frame.from] ?? 0;
      return { ...conversation, seen: { ...conversation.seen, [frame.from]: Math.max(before, frame.seq) } };
    }
    case 'ended':
      return { ...conversation, ended: { reason: frame.reason, by: frame.by ?? null }, typing: [] };
  }
}

/** One's own seat, or the visitor's in a room before this one: a talk has one visitor. */
function isOurs({ you, members }: Conversation, from: MemberId): boolean {
  return from === you || (members[you]?.role === 'DESK' && members[from]?.role === 'DESK');
}

/** An `error` frame that answers a `say`. */
export function refuse(conversation: Conversation, frame: Extract<ServerFrame, { type: 'error' }>): Conversation {
  if (frame.re === undefined) return conversation;
  // A room that is over takes nothing, but its successor may: these words only stay where they are.
  if (frame.code === 'ROOM_ENDED' || frame.code === 'NO_SUCH_ROOM') return conversation;
  return { ...conversation, outbox: trouble(conversation.outbox, frame.re, frame.code) };
}

function tell(conversation: Conversation, told: Told): Conversation {
  const outbox = told.mine ? take(conversation.outbox, told.client_id) : conversation.outbox;
  const last_seq = Math.max(conversation.last_seq, told.seq);
  if (conversation.told.some((known) => known.seq === told.seq)) return { ...conversation, outbox, last_seq };
  const place = conversation.told.findLastIndex((known) => known.seq < told.seq) + 1;
  return {
    ...conversation,
    outbox,
    last_seq,
    told: conversation.told.toSpliced(place, 0, told),
    typing: without(conversation.typing, told.from),
  };
}

function roll(members: Readonly<Record<MemberId, Member>>, more: readonly Member[]): Record<MemberId, Member> {
  const all = { ...members };
  for (const member of more) {
    all[member.member] = member.state === 'BACK' ? { ...member, state: 'JOINED' } : member;
  }
  return all;
}

function without(members: readonly MemberId[], member: MemberId): readonly MemberId[] {
  return members.includes(member) ? members.filter((other) => other !== member) : members;
}
