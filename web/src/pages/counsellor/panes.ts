import type { RoomId } from '../../lib/protocol.gen';
import { listed, unread, type Tab } from './tabs';

/** Which rooms are on the screen: one, or two side by side where it is wide. */
export interface Panes {
  /** Left to right; the active room is one of them. */
  readonly panes: readonly RoomId[];
  /** Where the keyboard acts. */
  readonly active: RoomId | null;
  /** The screen has room for two. */
  readonly wide: boolean;
}

/** Rooms side by side, at most. */
const PANES_MAX = 2;

export const noPanes: Panes = { panes: [], active: null, wide: false };

/** The rooms that are really to be seen. */
export function shown({ panes, active, wide }: Panes): readonly RoomId[] {
  return wide ? panes : panes.filter((room) => room === active);
}

/** Brings a room to the front, in the place of the active one unless it is on the screen already. */
export function front<State extends Panes>(state: State, room: RoomId): State {
  if (state.panes.includes(room)) return { ...state, active: room };
  const panes = state.panes.length === 0 ? [room] : state.panes.map((each) => (each === state.active ? room : each));
  return { ...state, panes, active: room };
}

/** Puts a room beside the one there is, where there is a place for it. */
export function beside<State extends Panes>(state: State, room: RoomId): State {
  const free = state.wide && state.panes.length < PANES_MAX && !state.panes.includes(room);
  return free ? { ...state, panes: [...state.panes, room] } : state;
}

/** One room or two; the second is the one that most deserves a look. */
export function toggle<State extends Panes>(state: State, tabs: readonly Tab[]): State {
  if (state.active === null) return state;
  if (state.panes.length > 1) return { ...state, panes: [state.active] };
  const others = listed(tabs).filter(({ room }) => room !== state.active);
  const other = others.find((tab) => unread(tab) > 0) ?? others[0];
  return other ? beside(state, other.room) : state;
}

/** The room `steps` further down the list, round and round. */
export function step(active: RoomId | null, tabs: readonly Tab[], steps: number): RoomId | null {
  const rooms = listed(tabs).map(({ room }) => room);
  if (rooms.length === 0) return null;
  const at = rooms.indexOf(active ?? '');
  const next = at < 0 ? 0 : (at + steps + rooms.length) % rooms.length;
  return rooms[next] ?? null;
}

/** After rooms have come and gone: what is on the screen exists. */
export function settle<State extends Panes>(state: State, tabs: readonly Tab[]): State {
  const panes = state.panes.filter((room) => tabs.some((tab) => tab.room === room));
  if (panes.length === 0) {
    const first = listed(tabs)[0]?.room ?? null;
    return { ...state, panes: first === null ? [] : [first], active: first };
  }
  if (panes.length === state.panes.length) return state;
  const active = state.active !== null && panes.includes(state.active) ? state.active : panes[0]!;
  return { ...state, panes, active };
}
