import type { Farewell } from './close';
import { begin, goOn, hear, rebase, refuse, say, type Conversation } from './conversation';
import { faulted, type Outbox } from './outbox';
import type { ErrorCode, RoomId, RoomKind, ServerFrame } from './protocol.gen';
import type { Connection } from './socket';
import { hearWhisper, refuseWhisper, silent, whisper, type Whispers } from './whispers';

/** What a room says about itself and about one's seat in it. */
export interface Seat {
  readonly kind: RoomKind;
  /** A supervisor the others do not see. */
  readonly watching: boolean;
  readonly title: string;
  readonly info: string;
  readonly picture: string | null;
  /** Takes a guest's seat again after a drop. */
  readonly resume: string | null;
}

/** A room that has a socket of its own, as one page knows it. */
export interface RoomState {
  readonly connection: Connection;
  /** Why the socket will not come back by itself. */
  readonly stopped: Farewell | null;
  /** The server knows no such room, or not for us. */
  readonly gone: boolean;
  /** Null until the server has given one. */
  readonly seat: Seat | null;
  readonly conversation: Conversation | null;
  readonly whispers: Whispers;
  /** The last refusal that answers none of our messages. */
  readonly refusal: ErrorCode | null;
  /** Where a conversation that was handed over goes on. */
  readonly next_room: RoomId | null;
  /** No `seated` has come on this connection yet: nothing may be said. */
  readonly fresh: boolean;
  /** Unsent words from before a reload. */
  readonly carried: Outbox;
}

export type RoomAction =
  | { type: 'connection'; connection: Connection }
  | { type: 'farewell'; why: Farewell }
  | { type: 'gone' }
  | { type: 'frame'; frame: ServerFrame }
  | { type: 'say'; client_id: string; body: string }
  | { type: 'whisper'; client_id: string; body: string }
  /** The page goes with the conversation into its next room. */
  | { type: 'follow' };

export function enter(carried: Outbox = []): RoomState {
  return {
    connection: 'CLOSED',
    stopped: null,
    gone: false,
    seat: null,
    conversation: null,
    whispers: silent,
    refusal: null,
    next_room: null,
    fresh: true,
    carried,
  };
}

export function reduce(state: RoomState, action: RoomAction): RoomState {
  const { conversation } = state;
  switch (action.type) {
    case 'connection': {
      const { connection } = action;
      return connection === 'OPEN' ? { ...state, connection, stopped: null, gone: false } : { ...state, connection, fresh: true };
    }
    case 'farewell':
      return { ...(action.why === 'FAULT' ? unsayable(state) : state), stopped: action.why };
    case 'gone':
      return { ...state, gone: true };
    case 'frame':
      return frame(state, action.frame);
    case 'say':
      return conversation ? { ...state, conversation: say(conversation, action.client_id, action.body) } : state;
    case 'whisper':
      return { ...state, whispers: whisper(state.whispers, action.client_id, action.body) };
    case 'follow':
      return { ...state, next_room: null, stopped: null, gone: false, refusal: null, fresh: true };
  }
}

function frame(state: RoomState, frame: ServerFrame): RoomState {
  if (frame.type === 'seated') return seated(state, frame);
  if (frame.type === 'error') return refused(state, frame);
  const { conversation, seat } = state;
  if (!conversation || !seat || !('room' in frame) || frame.room !== conversation.room) return state;
  switch (frame.type) {
    case 'message':
    case 'accepted':
    case 'member':
    case 'typing':
    case 'seen':
      return { ...state, conversation: hear(conversation, frame) };
    case 'ended':
      return { ...state, conversation: hear(conversation, frame), next_room: frame.next_room ?? null };
    case 'whisper':
    case 'whispered':
      return { ...state, whispers: hearWhisper(state.whispers, frame) };
    case 'room':
      return { ...state, seat: { ...seat, title: frame.title, info: frame.info ?? '', picture: frame.picture ?? null } };
    default:
      return state; // Of lines, offers and wrap-ups this socket hears nothing.
  }
}

function seated(state: RoomState, frame: Extract<ServerFrame, { type: 'seated' }>): RoomState {
  const { kind, watching, title = '', info = '', picture = null, resume = null } = frame;
  const before = state.conversation;
  return {
    ...state,
    seat: { kind, watching, title, info, picture, resume: resume ?? state.seat?.resume ?? null },
    conversation: before ? goOn(before, frame) : begin(frame, state.carried),
    carried: [],
    refusal: null,
    fresh: false,
  };
}

function refused(state: RoomState, frame: Extract<ServerFrame, { type: 'error' }>): RoomState {
  const { conversation, whispers } = state;
  if (frame.code === 'RESYNC' && frame.seq !== undefined) {
    return conversation ? { ...state, conversation: rebase(conversation, frame.seq) } : state;
  }
  const isOf = (outbox: Outbox) => outbox.some(({ client_id }) => client_id === frame.re);
  if (conversation && isOf(conversation.outbox)) return { ...state, conversation: refuse(conversation, frame) };
  if (isOf(whispers.outbox)) return { ...state, whispers: refuseWhisper(whispers, frame) };
  return { ...state, refusal: frame.code };
}

function unsayable(state: RoomState): RoomState {
  const { conversation, whispers } = state;
  return {
    ...state,
    conversation: conversation && { ...conversation, outbox: faulted(conversation.outbox) },
    whispers: { ...whispers, outbox: faulted(whispers.outbox) },
  };
}

/** Unsent words, for a page that is loaded anew. */
export const unsent = ({ conversation, carried }: RoomState): Outbox => conversation?.outbox ?? carried;
