import type { Farewell } from '../../lib/close';
import { say } from '../../lib/conversation';
import type { TextKey } from '../../lib/i18n';
import type { HandedOver, LineLoad, OfferId, RoomId, ServerFrame } from '../../lib/protocol.gen';
import type { Connection } from '../../lib/socket';
import { unchanged } from '../../lib/store';
import { hearWhisper, refuseWhisper, whisper } from '../../lib/whispers';
import type { TransferTarget, TransferTold } from './frames';
import { beside, front, noPanes, settle, shown, toggle, type Panes } from './panes';
import {
  dueTab,
  handTab,
  hearTab,
  mark,
  openTab,
  read,
  refuseTab,
  tellTab,
  UNKNOWN,
  unsayable,
  untoldTab,
  type About,
  type Due,
  type Handover,
  type ReadTo,
  type Tab,
  type Unsaid,
  type WrapUp,
} from './tabs';

type StateFrame = Extract<ServerFrame, { type: 'state' }>;
type OfferFrame = Extract<ServerFrame, { type: 'offer' }>;

/** An offer on the screen. */
export interface Ring extends Omit<OfferFrame, 'type' | 'transfer'> {
  readonly came_at: number;
  /** Null when it was assigned without asking. */
  readonly deadline: number | null;
  readonly answered: boolean;
  /** Who hands it over; nothing when it comes from the line. */
  readonly transfer?: HandedOver | null;
}

export interface Notice {
  readonly key: TextKey;
  readonly values: Readonly<Record<string, string>>;
}

export interface CounsellorState extends Panes {
  readonly connection: Connection;
  /** Why the socket will not come back by itself. */
  readonly stopped: Farewell | null;
  readonly mine: Omit<StateFrame, 'type' | 'rooms'> | null;
  readonly queue: readonly LineLoad[];
  readonly rings: readonly Ring[];
  readonly tabs: readonly Tab[];
  readonly notice: Notice | null;
  /** No `state` has come on this connection yet. */
  readonly fresh: boolean;
  /** Unsent words from before a reload, by room. */
  readonly carried: Readonly<Record<RoomId, Unsaid>>;
  /** Up to where the rooms were read before a reload, and the talks that were still to be written up. */
  readonly read: Readonly<Record<RoomId, ReadTo>>;
  readonly due: Readonly<Record<RoomId, Due>>;
}

export type CounsellorAction =
  | { type: 'restore'; carried: Readonly<Record<RoomId, Unsaid>>; read: Readonly<Record<RoomId, ReadTo>>; due: Readonly<Record<RoomId, Due>> }
  | { type: 'connection'; connection: Connection }
  | { type: 'farewell'; why: Farewell }
  /** `visible`: the person can see the rooms on the screen. */
  | { type: 'frame'; frame: ServerFrame; now: number; visible: boolean }
  | { type: 'answered'; offer: OfferId }
  | { type: 'declined'; offer: OfferId }
  | { type: 'expire'; offer: OfferId }
  | { type: 'say'; room: RoomId; client_id: string; body: string }
  | { type: 'whisper'; room: RoomId; client_id: string; body: string }
  | { type: 'select'; room: RoomId }
  | { type: 'beside' }
  | { type: 'wide'; wide: boolean }
  | { type: 'looked' }
  | { type: 'about'; number: string; about: Partial<About> }
  | { type: 'hand_over'; room: RoomId; target: TransferTarget; name: string }
  | { type: 'keep'; room: RoomId }
  | { type: 'wrap_up'; room: RoomId; result_code: string; memo: string }
  | { type: 'resent'; room: RoomId }
  | { type: 'shut'; room: RoomId }
  | { type: 'tell'; notice: Notice }
  | { type: 'dismiss' }
  | { type: 'restart' };

export const empty: CounsellorState = {
  ...noPanes,
  connection: 'CLOSED',
  stopped: null,
  mine: null,
  queue: [],
  rings: [],
  tabs: [],
  notice: null,
  fresh: true,
  carried: {},
  read: {},
  due: {},
};

const NOTHING: Unsaid = { outbox: [], whispers: [] };

export function reduce(state: CounsellorState, action: CounsellorAction): CounsellorState {
  switch (action.type) {
    case 'restore':
      return { ...state, carried: action.carried, read: action.read, due: action.due };
    case 'connection':
      return connection(state, action.connection);
    case 'farewell':
      return { ...state, stopped: action.why, ...(action.why === 'FAULT' && { tabs: state.tabs.map(unsayable) }) };
    case 'frame':
      return seen(frame(state, action.frame, action.now), action.visible);
    case 'answered':
      return {
        ...state,
        rings: state.rings.map((ring) => (ring.offer === action.offer ? { ...ring, answered: true } : ring)),
      };
    case 'declined':
      // It goes on to somebody else; nothing more comes about it.
      return { ...state, rings: state.rings.filter((ring) => ring.offer !== action.offer) };
    case 'expire':
      return silence(state, action.offer, 'counsellor.withdrawn.EXPIRED');
    case 'say':
      return change(state, action.room, (tab) => ({
        ...tab,
        new_after: null,
        conversation: say(tab.conversation, action.client_id, action.body),
      }));
    case 'whisper':
      return change(state, action.room, (tab) => ({ ...tab, whispers: whisper(tab.whispers, action.client_id, action.body) }));
    case 'select':
      return seen(bring(state, action.room), true);
    case 'beside':
      return seen(toggle(state, state.tabs), true);
    case 'wide':
      return { ...state, wide: action.wide };
    case 'looked':
      return seen(state, true);
    case 'about':
      return { ...state, tabs: state.tabs.map((tab) => (tab.number === action.number ? learn(tab, action.about) : tab)) };
    case 'hand_over': {
      const handover: Handover = { phase: 'ASKING', target: action.target, name: action.name };
      return change(state, action.room, (tab) => ({ ...tab, handover }));
    }
    case 'keep':
      return change(state, action.room, (tab) => ({ ...tab, handover: null }));
    case 'wrap_up':
      return change(state, action.room, (tab): Tab => {
        const { result_code, memo } = action;
        const wrap_up: WrapUp = { ...tab.wrap_up, phase: 'SENT', result_code, memo, resent: false };
        return { ...tab, wrap_up };
      });
    case 'resent':
      return change(state, action.room, (tab) => ({ ...tab, wrap_up: { ...tab.wrap_up, resent: true } }));
    case 'shut':
      return change(state, action.room, () => null);
    case 'tell':
      return { ...state, notice: action.notice };
    case 'dismiss':
      return { ...state, notice: null };
    case 'restart':
      return { ...empty, wide: state.wide };
  }
}

function connection(state: CounsellorState, connection: Connection): CounsellorState {
  if (connection === 'OPEN') return { ...state, connection, fresh: true, stopped: null };
  // A dropped counsellor's offers go back to the line at once.
  const lost = state.rings[0];
  const notice: Notice | null = lost
    ? { key: 'counsellor.withdrawn.LOST', values: { number: lost.number } }
    : state.notice;
  return { ...state, connection, rings: [], notice };
}

function frame(state: CounsellorState, frame: ServerFrame, now: number): CounsellorState {
  switch (frame.type) {
    case 'welcome':
      return { ...state, rings: [] };
    case 'state':
      return told(state, frame);
    case 'queue':
      return { ...state, queue: frame.lines };
    case 'offer': {
      const { type: _type, ...offer } = frame;
      const asked = frame.accept_within_s > 0;
      const deadline = asked ? now + frame.accept_within_s * 1000 : null;
      const ring: Ring = { ...offer, came_at: now, deadline, answered: !asked };
      return { ...state, rings: [...state.rings.filter((each) => each.offer !== ring.offer), ring] };
    }
    case 'withdrawn':
      return silence(state, frame.offer, `counsellor.withdrawn.${frame.reason}`);
    case 'matched':
      return matched(state, frame, now);
    case 'transfer':
      return handed(state, frame);
    case 'message':
    case 'accepted':
    case 'member':
    case 'typing':
    case 'seen':
      return change(state, frame.room, (tab) => hearTab(tab, frame));
    case 'whisper':
    case 'whispered':
      return change(state, frame.room, (tab) => ({ ...tab, whispers: hearWhisper(tab.whispers, frame) }));
    case 'ended':
      return ended(state, frame);
    case 'error':
      return refused(state, frame);
    case 'waiting':
    case 'closed':
      return state; // For desks only.
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

function told(state: CounsellorState, frame: StateFrame): CounsellorState {
  const { type: _type, rooms, ...mine } = frame;
  const known = state.tabs.flatMap((tab) => {
    const brief = rooms.find(({ room }) => room === tab.room);
    return (brief ? tellTab(tab, brief, state.fresh, NOTHING) : untoldTab(tab, state.fresh)) ?? [];
  });
  const added = rooms
    .filter(({ room }) => !state.tabs.some((tab) => tab.room === room))
    .map((brief) => tellTab(undefined, brief, state.fresh, state.carried[brief.room] ?? NOTHING, state.read[brief.room]));
  const told = [...known, ...added];
  const due = Object.entries(state.due)
    .filter(([id]) => !told.some(({ room }) => room === id))
    .map(([room, due]) => dueTab(room, due));
  const tabs = [...told, ...due];
  return settle({ ...state, mine, fresh: false, tabs, due: {}, read: {} }, tabs);
}

function matched(
  state: CounsellorState,
  frame: Extract<ServerFrame, { type: 'matched' }>,
  now: number,
): CounsellorState {
  const ring = state.rings.find(({ ticket }) => ticket === frame.ticket);
  const rings = state.rings.filter((each) => each !== ring);
  if (state.tabs.some(({ room }) => room === frame.room)) return settle({ ...state, rings }, state.tabs);
  const known = { number: ring?.number ?? '', line: ring?.line ?? '', about: ring ? learned(ring, now) : UNKNOWN };
  const tab = openTab(frame, known, state.carried[frame.room] ?? NOTHING);
  const next = { ...state, rings, tabs: [...state.tabs, tab] };
  const busy = state.tabs.some(({ room, conversation }) => room === state.active && !conversation.ended);
  const aside = busy ? beside(next, tab.room) : next;
  // One that was taken by hand comes to the front; one that was assigned takes no talk away from under the hands.
  const wanted = ring !== undefined && ring.deadline !== null && ring.answered;
  return busy && !wanted ? aside : front(aside, tab.room);
}

function learned(ring: Ring, now: number): About {
  const { nickname = null, note = null, waited_s, came_at, transfer } = ring;
  return {
    ...UNKNOWN,
    nickname,
    note,
    waited_s: waited_s + Math.round((now - came_at) / 1000),
    matched_at: new Date(now).toISOString(),
    handed_by: transfer?.from ?? null,
    handed_note: transfer?.note ?? null,
  };
}

/** What the record says, and what only the offer said. */
function learn(tab: Tab, about: Partial<About>): Tab {
  return { ...tab, about: { ...tab.about, ...about } };
}

function handed(state: CounsellorState, frame: TransferTold): CounsellorState {
  return change(state, frame.room, (tab) => handTab(tab, frame));
}

function ended(state: CounsellorState, frame: Extract<ServerFrame, { type: 'ended' }>): CounsellorState {
  const tab = state.tabs.find(({ room }) => room === frame.room);
  const next = change(state, frame.room, (tab) => hearTab(tab, frame));
  if (!tab) return next;
  const { number, handover } = tab;
  // Nobody here did it, and the room may not be the one on the screen.
  if (frame.reason === 'ADMIN') return { ...next, notice: { key: 'counsellor.ended.ADMIN.of', values: { number } } };
  if (frame.reason !== 'TRANSFERRED') return next;
  const notice: Notice = handover?.name
    ? { key: 'counsellor.handover.done.to', values: { number, name: handover.name } }
    : { key: 'counsellor.handover.done', values: { number } };
  return { ...next, notice };
}

function refused(state: CounsellorState, frame: Extract<ServerFrame, { type: 'error' }>): CounsellorState {
  const notice: Notice = { key: `error.${frame.code}`, values: {} };
  const ring = state.rings.find(({ offer }) => offer === frame.re);
  if (ring) return { ...state, notice, rings: state.rings.filter((each) => each !== ring) };
  const asking = state.tabs.find(({ handover }) => handover?.phase === 'ASKING');
  if (asking && (frame.re === undefined || frame.re === asking.room)) {
    const { number } = asking;
    const words: Notice = { key: 'counsellor.handover.refused', values: { number } };
    return change({ ...state, notice: words }, asking.room, (tab) => ({ ...tab, handover: null }));
  }
  const whispered = state.tabs.find(({ whispers }) => whispers.outbox.some(({ client_id }) => client_id === frame.re));
  if (whispered) {
    // What became of it stands beside the whisper itself.
    return change(state, whispered.room, (tab) => ({ ...tab, whispers: refuseWhisper(tab.whispers, frame) }));
  }
  const tab = state.tabs.find(
    ({ room, conversation }) =>
      room === frame.re || conversation.outbox.some(({ client_id }) => client_id === frame.re),
  );
  if (!tab) return { ...state, notice };
  const next = refuseTab(tab, frame);
  // A room that is over needs no apology for a replay that came too late.
  const silent = next === null || (tab.conversation.ended !== null && tab.wrap_up.phase !== 'SENT');
  return change({ ...state, notice: silent ? state.notice : notice }, tab.room, () => next);
}

function silence(state: CounsellorState, offer: OfferId, key: TextKey): CounsellorState {
  const ring = state.rings.find((each) => each.offer === offer);
  if (!ring) return state;
  return {
    ...state,
    rings: state.rings.filter((each) => each !== ring),
    notice: { key, values: { number: ring.number } },
  };
}

function change(state: CounsellorState, room: RoomId, how: (tab: Tab) => Tab | null): CounsellorState {
  const tabs = state.tabs.flatMap((tab) => (tab.room === room ? (how(tab) ?? []) : tab));
  return settle({ ...state, tabs }, tabs);
}

/** Brings a room to the front, with what is unread in it marked off. */
function bring(state: CounsellorState, room: RoomId): CounsellorState {
  const isThere = shown(state).includes(room);
  const tabs = isThere ? state.tabs : state.tabs.map((tab) => (tab.room === room ? mark(tab) : tab));
  return front({ ...state, tabs }, room);
}

function seen(state: CounsellorState, visible: boolean): CounsellorState {
  if (!visible) return state;
  const rooms = shown(state);
  const tabs = state.tabs.map((tab) => (rooms.includes(tab.room) ? read(tab) : tab));
  return tabs.every((tab, index) => tab === state.tabs[index]) ? state : { ...state, tabs };
}
