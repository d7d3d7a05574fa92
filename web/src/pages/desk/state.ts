import { begin, goOn, hear, rebase, refuse, say, type Conversation } from '../../lib/conversation';
import type { Farewell } from '../../lib/close';
import type { Outbox } from '../../lib/outbox';
import type { ClosedReason, EndReason, ErrorCode, LineInfo, ServerFrame, TicketId } from '../../lib/protocol.gen';
import type { Connection } from '../../lib/socket';
import { unchanged } from '../../lib/store';

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
  | { at: 'START' }
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
  | { at: 'ENDED'; reason: EndReason | 'IDLE'; rated: boolean }
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
  | { type: 'connection'; connection: Connection }
  | { type: 'farewell'; why: Farewell }
  | { type: 'frame'; frame: ServerFrame }
  | { type: 'say'; client_id: string; body: string }
  | { type: 'idle' }
  | { type: 'rated' }
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
      return { ...state, lines: { status: 'READY', items: action.items } };
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
    case 'connection':
      return { ...state, connection: action.connection };
    case 'farewell':
      return farewell(state, action.why);
    case 'frame':
      return frame(state, action.frame);
    case 'say':
      return state.conversation
        ? { ...state, conversation: say(state.conversation, action.client_id, action.body) }
        : state;
    case 'idle':
      return { ...state, idle: true };
    case 'rated':
      return state.stage.at === 'ENDED' ? { ...state, stage: { ...state.stage, rated: true } } : state;
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

/** Whether nothing has been asked yet: what the office looks like matters only then. */
export function isBefore({ stage }: DeskState): boolean {
  return stage.at === 'START' || stage.at === 'READY' || stage.at === 'DETAILS';
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
  if (why === 'REPLACED') return { ...over(state, { at: 'ELSEWHERE' }), conversation: null };
  if (!underWay(state)) return state;
  return closed(state, why === 'DONE' ? 'LOST' : why);
}

function frame(state: DeskState, frame: ServerFrame): DeskState {
  switch (frame.type) {
    case 'welcome':
      return frame.lines ? { ...state, lines: { status: 'READY', items: renewed(state.lines.items, frame.lines) } } : state;
    case 'waiting': {
      const { ticket, number, line, ahead, eta_s = null, resume } = frame;
      return { ...state, token: resume, stage: { at: 'WAITING', ticket: { ticket, number, line, ahead, eta_s } } };
    }
    case 'matched': {
      const before = state.conversation;
      const conversation = before ? goOn(before, frame) : begin(frame, state.carried);
      const ticket = 'ticket' in state.stage ? state.stage.ticket : null;
      const token = frame.resume ?? state.token;
      return { ...state, token, carried: [], conversation, stage: { at: 'CHAT', ticket } };
    }
    case 'ended':
      return state.conversation?.room === frame.room ? ended(state, state.conversation, frame) : state;
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
    case 'beat':
    case 'rated':
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
): DeskState {
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
  return over(heard, { at: 'ENDED', reason, rated: false });
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
    if (!line) return closed(state, 'FAULT');
    return { ...state, stage: { at: 'DETAILS', line, draft: { nickname, note }, trouble: frame.code } };
  }
  const lost = frame.code === 'BAD_TOKEN' || frame.code === 'TOKEN_EXPIRED';
  return lost && underWay(state) ? closed(state, 'LOST') : state;
}
