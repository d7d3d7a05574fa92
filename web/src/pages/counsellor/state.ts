import type { Farewell } from '../../lib/close';
import { say } from '../../lib/conversation';
import type { TextKey } from '../../lib/i18n';
import type { Outbox } from '../../lib/outbox';
import type { LineLoad, OfferId, RoomId, ServerFrame } from '../../lib/protocol.gen';
import type { Connection } from '../../lib/socket';
import { unchanged } from '../../lib/store';
import { hearTab, openTab, read, refuseTab, tellTab, untoldTab, type Tab, type WrapUp } from './tabs';

type StateFrame = Extract<ServerFrame, { type: 'state' }>;
type OfferFrame = Extract<ServerFrame, { type: 'offer' }>;

/** An offer on the screen. */
export interface Ring extends Omit<OfferFrame, 'type'> {
  readonly came_at: number;
  /** Null when it was assigned without asking. */
  readonly deadline: number | null;
  readonly answered: boolean;
}

export interface Notice {
  readonly key: TextKey;
  readonly values: Readonly<Record<string, string>>;
}

export interface CounsellorState {
  readonly connection: Connection;
  /** Why the socket will not come back by itself. */
  readonly stopped: Farewell | null;
  readonly mine: Omit<StateFrame, 'type' | 'rooms'> | null;
  readonly queue: readonly LineLoad[];
  readonly rings: readonly Ring[];
  readonly tabs: readonly Tab[];
  readonly active: RoomId | null;
  readonly notice: Notice | null;
  /** No `state` has come on this connection yet. */
  readonly fresh: boolean;
  /** Unsent words from before a reload, by room. */
  readonly carried: Readonly<Record<RoomId, Outbox>>;
}

export type CounsellorAction =
  | { type: 'restore'; carried: Readonly<Record<RoomId, Outbox>> }
  | { type: 'connection'; connection: Connection }
  | { type: 'farewell'; why: Farewell }
  /** `visible`: the person can see the active room. */
  | { type: 'frame'; frame: ServerFrame; now: number; visible: boolean }
  | { type: 'answered'; offer: OfferId }
  | { type: 'expire'; offer: OfferId }
  | { type: 'say'; room: RoomId; client_id: string; body: string }
  | { type: 'select'; room: RoomId }
  | { type: 'looked' }
  | { type: 'wrap_up'; room: RoomId; result_code: string; memo: string }
  | { type: 'resent'; room: RoomId }
  | { type: 'shut'; room: RoomId }
  | { type: 'dismiss' }
  | { type: 'restart' };

export const empty: CounsellorState = {
  connection: 'CLOSED',
  stopped: null,
  mine: null,
  queue: [],
  rings: [],
  tabs: [],
  active: null,
  notice: null,
  fresh: true,
  carried: {},
};

export function reduce(state: CounsellorState, action: CounsellorAction): CounsellorState {
  switch (action.type) {
    case 'restore':
      return { ...state, carried: action.carried };
    case 'connection':
      return connection(state, action.connection);
    case 'farewell':
      return { ...state, stopped: action.why };
    case 'frame':
      return seen(frame(state, action.frame, action.now), action.visible);
    case 'answered':
      return {
        ...state,
        rings: state.rings.map((ring) => (ring.offer === action.offer ? { ...ring, answered: true } : ring)),
      };
    case 'expire':
      return silence(state, action.offer, 'counsellor.withdrawn.EXPIRED');
    case 'say':
      return change(state, action.room, (tab) => ({
        ...tab,
        conversation: say(tab.conversation, action.client_id, action.body),
      }));
    case 'select':
      return seen({ ...state, active: action.room }, true);
    case 'looked':
      return seen(state, true);
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
    case 'dismiss':
      return { ...state, notice: null };
    case 'restart':
      return { ...empty };
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
      return matched(state, frame);
    case 'message':
    case 'accepted':
    case 'member':
    case 'typing':
    case 'seen':
    case 'ended':
      return change(state, frame.room, (tab) => hearTab(tab, frame));
    case 'error':
      return refused(state, frame);
    case 'waiting':
    case 'closed':
      return state; // For desks only.
    default:
      return unchanged(state, frame);
  }
}

function told(state: CounsellorState, frame: StateFrame): CounsellorState {
  const { type: _type, rooms, ...mine } = frame;
  const known = state.tabs.flatMap((tab) => {
    const brief = rooms.find(({ room }) => room === tab.room);
    return (brief ? tellTab(tab, brief, state.fresh, []) : untoldTab(tab, state.fresh)) ?? [];
  });
  const added = rooms
    .filter(({ room }) => !state.tabs.some((tab) => tab.room === room))
    .map((brief) => tellTab(undefined, brief, state.fresh, state.carried[brief.room] ?? []));
  return activate({ ...state, mine, fresh: false, tabs: [...known, ...added] });
}

function matched(state: CounsellorState, frame: Extract<ServerFrame, { type: 'matched' }>): CounsellorState {
  const ring = state.rings.find(({ ticket }) => ticket === frame.ticket);
  const rings = state.rings.filter((each) => each !== ring);
  const before = state.tabs.find(({ room }) => room === frame.room);
  if (before) return activate({ ...state, rings });
  const tab = openTab(frame, ring?.number ?? '', ring?.line ?? '', state.carried[frame.room] ?? []);
  const busy = state.tabs.some(({ room, conversation }) => room === state.active && !conversation.ended);
  // A new room comes to the front unless it would take a conversation away from under the counsellor's hands.
  return { ...state, rings, tabs: [...state.tabs, tab], active: busy ? state.active : frame.room };
}

function refused(state: CounsellorState, frame: Extract<ServerFrame, { type: 'error' }>): CounsellorState {
  const notice: Notice = { key: `error.${frame.code}`, values: {} };
  const ring = state.rings.find(({ offer }) => offer === frame.re);
  if (ring) return { ...state, notice, rings: state.rings.filter((each) => each !== ring) };
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
  return activate({ ...state, tabs: state.tabs.flatMap((tab) => (tab.room === room ? (how(tab) ?? []) : tab)) });
}

/** The active tab is one there is. */
function activate(state: CounsellorState): CounsellorState {
  if (state.tabs.some(({ room }) => room === state.active)) return state;
  return { ...state, active: state.tabs[0]?.room ?? null };
}

function seen(state: CounsellorState, visible: boolean): CounsellorState {
  if (!visible) return state;
  return { ...state, tabs: state.tabs.map((tab) => (tab.room === state.active ? read(tab) : tab)) };
}
