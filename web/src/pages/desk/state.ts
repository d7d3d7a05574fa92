import { begin, goOn, hear, rebase, refuse, say, type Conversation } from '../../lib/conversation';
import type { Farewell } from '../../lib/close';
import type { Outbox } from '../../lib/outbox';
import type { ClosedReason, ErrorCode, LineInfo, ServerFrame, TicketId } from '../../lib/protocol.gen';
import type { Connection } from '../../lib/socket';
import { unchanged } from '../../lib/store';
import { consider, filed, missed, RATE_MS_MAX, send, unrated, type Ending, type Rating } from './rating';

/** What a visitor asks for. The `client_id` makes a repetition the same request. */
export interface Request {
  client_id: string;
  topic: string;
  language?: string;
  nickname?: string;
  note?: string;
}

export interface Ticket {
  ticket: TicketId;
  number: string;
  line: string;
  /** Null while the place is not known: the counsellor was lost a moment ago. */
  ahead: number | null;
  eta_s: readonly [number, number] | null;
}

/** What was written before asking. */
export interface Draft {
  nickname: string;
  note: string;
}

/** LOST: the earlier visit cannot be resumed. The others say why the socket will not come back. */
export type Over = ClosedReason | 'LOST' | Exclude<Farewell, 'DONE' | 'REPLACED'>;

export type Stage =
  /** `gone`: the line that was chosen is not offered any more. */
  | { at: 'START'; gone?: true }
  /** A line is chosen: what is kept of a visitor is said before they can write anything. */
  | { at: 'READY'; line: LineInfo; draft: Draft }
  | { at: 'DETAILS'; line: LineInfo; draft: Draft; trouble: ErrorCode | null }
  /** `wait_s`: how long the server asks to wait before it is asked again. */
  | { at: 'ASKING'; request: Request; trouble: ErrorCode | null; wait_s: number | null }
  | { at: 'RESUMING' }
  | { at: 'WAITING'; ticket: Ticket }
  /** Between two counsellors: the one has handed over, the next is about to be there. */
  | { at: 'HANDOVER'; ticket: Ticket | null }
  | { at: 'CHAT'; ticket: Ticket | null }
  | ({ at: 'ENDED' } & Ending)
  | { at: 'CLOSED'; reason: Over }
  | { at: 'ELSEWHERE' };

export interface Lines {
  status: 'LOADING' | 'READY' | 'FAILED';
  items: readonly LineInfo[];
}

export interface DeskState {
  readonly lines: Lines;
  readonly stage: Stage;
  readonly connection: Connection;
  /** Takes the place or the seat back; gone as soon as the visit is over. */
  readonly token: string | null;
  readonly conversation: Conversation | null;
  /** Unsent words from before a reload, until their conversation is here. */
  readonly carried: Outbox;
  /** The talk is being ended because nobody has touched this screen for long. */
  readonly idle: boolean;
  /** Counts visitors: a form of the last one is never shown to the next. */
  readonly visitor: number;
}

export type DeskAction =
  | { type: 'lines'; items: readonly LineInfo[] }
  | { type: 'lines_failed' }
  | { type: 'choose'; line: LineInfo }
  | { type: 'tell' }
  | { type: 'draft'; draft: Draft }
  | { type: 'back' }
  | { type: 'ask'; request: Request }
  | { type: 'restore'; token: string; outbox: Outbox }
  /** As the last two, but the visit is over and may be rated, or goes on in a newer window. */
  | { type: 'restore_ending'; token: string; ending: Ending }
  | { type: 'restore_elsewhere'; token: string; outbox: Outbox }
  | { type: 'connection'; connection: Connection }
  | { type: 'farewell'; why: Farewell }
  /** `wall`: this computer's clock. */
  | { type: 'frame'; frame: ServerFrame; wall: number }
  | { type: 'say'; client_id: string; body: string }
  | { type: 'idle' }
  | { type: 'consider'; score: number; comment: string }
  | { type: 'rate' }
  | { type: 'late' }
  | { type: 'wipe' };

const BLANK: Draft = { nickname: '', note: '' };

export const empty: DeskState = {
  lines: { status: 'LOADING', items: [] },
  stage: { at: 'START' },
  connection: 'CLOSED',
  token: null,
  conversation: null,
  carried: [],
  idle: false,
  visitor: 0,
};

export function reduce(state: DeskState, action: DeskAction): DeskState {
  switch (action.type) {
    case 'lines':
      return offered(state, action.items);
    case 'lines_failed':
      return state.lines.status === 'READY' ? state : { ...state, lines: { status: 'FAILED', items: [] } };
    case 'choose':
      return { ...state, stage: { at: 'READY', line: action.line, draft: BLANK } };
    case 'tell':
      return state.stage.at === 'READY' ? { ...state, stage: { ...state.stage, at: 'DETAILS', trouble: null } } : state;
    case 'draft':
      return state.stage.at === 'DETAILS' ? { ...state, stage: { ...state.stage, draft: action.draft } } : state;
    case 'back':
      return back(state);
    case 'ask':
      return { ...state, stage: { at: 'ASKING', request: action.request, trouble: null, wait_s: null } };
    case 'restore':
      return { ...state, token: action.token, carried: action.outbox, stage: { at: 'RESUMING' } };
    case 'restore_ending':
      return { ...state, token: action.token, stage: { at: 'ENDED', ...action.ending } };
    case 'restore_elsewhere':
      return { ...state, token: action.token, carried: action.outbox, stage: { at: 'ELSEWHERE' } };
    case 'connection':
      return { ...state, connection: action.connection };
    case 'farewell':
      return farewell(state, action.why);
    case 'frame':
      return frame(state, action.frame, action.wall);
    case 'say':
      return state.conversation
        ? { ...state, conversation: say(state.conversation, action.client_id, action.body) }
        : state;
    case 'idle':
      return { ...state, idle: true };
    case 'consider':
      return rating(state, (before) => consider(before, action.score, action.comment));
    case 'rate':
      return rating(state, send);
    case 'late':
      return rating(state, missed);
    case 'wipe':
      return { ...empty, lines: state.lines, visitor: state.visitor + 1 };
  }
}

/** Whether a visit is under way, which a reload or a dropped socket must not end. */
export function underWay({ stage }: DeskState): boolean {
  switch (stage.at) {
    case 'ASKING':
    case 'RESUMING':
    case 'WAITING':
    case 'HANDOVER':
    case 'CHAT':
      return true;
    default:
      return false;
  }
}

/** A rating is on its way: it too needs a connection. */
export const isSending = ({ stage }: DeskState): boolean => stage.at === 'ENDED' && stage.rating.phase === 'SENDING';

/** Whether nothing has been asked yet: what the office looks like matters only then. */
export function isBefore({ stage }: DeskState): boolean {
  return stage.at === 'START' || stage.at === 'READY' || stage.at === 'DETAILS';
}

/** The lines one may choose now. A line that was chosen and is none of them cannot be asked for. */
function offered(state: DeskState, items: readonly LineInfo[]): DeskState {
  const next: DeskState = { ...state, lines: { status: 'READY', items } };
  const { stage } = state;
  if (stage.at !== 'READY' || items.some(({ topic }) => topic === stage.line.topic)) return next;
  return { ...next, stage: { at: 'START', gone: true } };
}

/** Changes the rating; where it is decided, nothing can take the seat back any more. */
function rating(state: DeskState, how: (before: Rating) => Rating): DeskState {
  if (state.stage.at !== 'ENDED') return state;
  const next = how(state.stage.rating);
  const token = next.phase === 'DONE' || next.phase === 'LATE' ? null : state.token;
  return { ...state, token, stage: { ...state.stage, rating: next } };
}

/** One step back, with everything that was written. */
function back(state: DeskState): DeskState {
  const { stage } = state;
  if (stage.at === 'DETAILS') return { ...state, stage: { at: 'READY', line: stage.line, draft: stage.draft } };
  return stage.at === 'READY' ? { ...state, stage: { at: 'START' } } : state;
}

function over(state: DeskState, stage: Stage): DeskState {
  return { ...state, stage, token: null, carried: [] };
}

function closed(state: DeskState, reason: Over): DeskState {
  return { ...over(state, { at: 'CLOSED', reason }), conversation: null };
}

function farewell(state: DeskState, why: Farewell): DeskState {
  if (why === 'REPLACED') {
    // The newer window may be closed before the visit is over: what takes the seat back stays, and no word of the talk.
    const carried = state.conversation?.outbox ?? state.carried;
    return { ...state, carried, conversation: null, stage: { at: 'ELSEWHERE' } };
  }
  // Without the word that it is on file, it is not.
  if (state.stage.at === 'ENDED') return rating(state, missed);
  if (!underWay(state)) return state;
  return closed(state, why === 'DONE' ? 'LOST' : why);
}

function frame(state: DeskState, frame: ServerFrame, wall: number): DeskState {
  switch (frame.type) {
    case 'welcome':
      return frame.lines ? { ...state, lines: { status: 'READY', items: renewed(state.lines.items, frame.lines) } } : state;
    case 'waiting': {
      const { ticket, number, line, ahead, eta_s = null, resume } = frame;
      return { ...state, token: resume, stage: { at: 'WAITING', ticket: { ticket, number, line, ahead, eta_s } } };
    }
    case 'matched': {
      // Back in a room that is over: only to rate it.
      if (state.stage.at === 'ENDED') return { ...state, token: frame.resume ?? state.token };
      const before = state.conversation;
      const conversation = before ? goOn(before, frame) : begin(frame, state.carried);
      const ticket = 'ticket' in state.stage ? state.stage.ticket : null;
      const token = frame.resume ?? state.token;
      return { ...state, token, carried: [], conversation, stage: { at: 'CHAT', ticket } };
    }
    case 'ended':
      return state.conversation?.room === frame.room ? ended(state, state.conversation, frame, wall) : state;
    case 'message':
    case 'accepted':
    case 'member':
    case 'typing':
    case 'seen':
      return state.conversation?.room === frame.room
        ? { ...state, conversation: hear(state.conversation, frame) }
        : state;
    case 'closed':
      return closed(state, frame.reason);
    case 'error':
      return refused(state, frame);
    case 'offer':
    case 'withdrawn':
    case 'state':
    case 'queue':
    case 'transfer':
    case 'whisper':
    case 'whispered':
      return state; // For counsellors only.
    case 'seated':
    case 'room':
      return state; // For rooms with a socket of their own.
    case 'rated':
      return state.stage.at === 'ENDED' && state.stage.room === frame.room ? rating(state, filed) : state;
    case 'beat':
      return state;
    default:
      return unchanged(state, frame);
  }
}

/** The lines as a socket tells them: newer than the list, which knows more of each. */
function renewed(known: readonly LineInfo[], told: readonly LineInfo[]): LineInfo[] {
  return told.map((line) => ({
    ...known.find(({ topic, language }) => topic === line.topic && language === line.language),
    ...line,
  }));
}

function ended(
  state: DeskState,
  conversation: Conversation,
  frame: Extract<ServerFrame, { type: 'ended' }>,
  wall: number,
): DeskState {
  if (state.stage.at === 'ENDED') return state;
  const heard = { ...state, conversation: hear(conversation, frame) };
  const ticket = state.stage.at === 'CHAT' ? state.stage.ticket : null;
  // The visit goes on: with the next counsellor, or back in the line at the old place.
  if (frame.reason === 'TRANSFERRED') return { ...heard, stage: { at: 'HANDOVER', ticket } };
  if (frame.reason === 'COUNSELLOR_LOST') {
    if (!ticket) return { ...heard, stage: { at: 'RESUMING' } };
    return { ...heard, stage: { at: 'WAITING', ticket: { ...ticket, ahead: null, eta_s: null } } };
  }
  const isOurs = frame.reason === 'DONE' || frame.reason === 'DESK_LEFT';
  const reason = state.idle && isOurs ? 'IDLE' : frame.reason;
  return { ...heard, carried: [], stage: { at: 'ENDED', reason, room: frame.room, rating: unrated(wall + RATE_MS_MAX) } };
}

function refused(state: DeskState, frame: Extract<ServerFrame, { type: 'error' }>): DeskState {
  const { stage, conversation } = state;
  if (frame.code === 'RESYNC' && frame.seq !== undefined) {
    return conversation ? { ...state, conversation: rebase(conversation, frame.seq) } : state;
  }
  if (conversation?.outbox.some((unsent) => unsent.client_id === frame.re)) {
    return { ...state, conversation: refuse(conversation, frame) };
  }
  if (stage.at === 'ASKING') {
    if (frame.code === 'NOT_STORED' || frame.code === 'BUSY') {
      return { ...state, stage: { ...stage, trouble: frame.code, wait_s: frame.wait_s ?? null } };
    }
    const { topic, language, nickname = '', note = '' } = stage.request;
    const named = state.lines.items.filter((each) => each.topic === topic);
    const line = named.find((each) => each.language === language) ?? named[0];
    if (!line) return over(state, { at: 'START', gone: true });
    return { ...state, stage: { at: 'DETAILS', line, draft: { nickname, note }, trouble: frame.code } };
  }
  if (stage.at === 'ENDED') {
    // It is said again: see the visit.
    const again = frame.code === 'NOT_STORED' || frame.code === 'BUSY';
    return again ? state : rating(state, missed);
  }
  const lost = frame.code === 'BAD_TOKEN' || frame.code === 'TOKEN_EXPIRED';
  return lost && underWay(state) ? closed(state, 'LOST') : state;
}
