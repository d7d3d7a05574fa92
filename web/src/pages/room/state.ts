import type { Invitation } from '../../lib/api.gen';
import type { Ticket } from '../../lib/groups';
import type { EndReason, ErrorCode } from '../../lib/protocol.gen';
import type { RoomState } from '../../lib/room-state';

/** Where a guest stands. Each carries exactly what its view shows. */
export type GuestStage =
  /** The page was opened without a link. */
  | { at: 'NO_LINK' }
  | { at: 'LOADING'; trouble?: ErrorCode }
  /** The server cannot be reached; it is tried again by itself. */
  | { at: 'LOST' }
  /** The link leads nowhere: it was copied in part, or the room is over. */
  | { at: 'DEAD' }
  /** In front of the door, with what stands on it. */
  | { at: 'DOOR'; invitation: Invitation; trouble: ErrorCode | null }
  | { at: 'IN' }
  | { at: 'OVER'; reason: EndReason | null }
  | { at: 'LEFT' }
  /** Another window of this browser has the seat. */
  | { at: 'ELSEWHERE' };

/** How a guest wants to be known. */
export interface Guest {
  readonly nickname: string;
  readonly picture: string;
}

export interface GuestState {
  readonly stage: GuestStage;
  readonly ticket: Ticket | null;
  readonly guest: Guest;
  /** Takes the seat again; gone as soon as the visit is over. */
  readonly token: string | null;
}

export type GuestAction =
  | { type: 'opened'; ticket: Ticket | null }
  /** `elsewhere`: a newer window has the seat. */
  | { type: 'restored'; ticket: Ticket; guest: Guest; token: string | null; elsewhere: boolean }
  | { type: 'invited'; invitation: Invitation }
  | { type: 'lost' }
  | { type: 'dead' }
  | { type: 'typed'; guest: Partial<Guest> }
  | { type: 'entered' }
  /** The room itself changed. */
  | { type: 'room'; room: RoomState }
  | { type: 'left' };

const NOBODY: Guest = { nickname: '', picture: '' };

export const empty: GuestState = { stage: { at: 'LOADING' }, ticket: null, guest: NOBODY, token: null };

export function reduce(state: GuestState, action: GuestAction): GuestState {
  switch (action.type) {
    case 'opened':
      return { ...empty, ticket: action.ticket, stage: { at: action.ticket ? 'LOADING' : 'NO_LINK' } };
    case 'restored': {
      const { ticket, guest, token, elsewhere } = action;
      return { ticket, guest, token, stage: { at: token === null ? 'LOADING' : elsewhere ? 'ELSEWHERE' : 'IN' } };
    }
    case 'invited':
      return { ...state, stage: { at: 'DOOR', invitation: action.invitation, trouble: troubleAt(state.stage) } };
    case 'lost':
      return state.stage.at === 'LOADING' ? { ...state, stage: { at: 'LOST' } } : state;
    case 'dead':
      return over(state, { at: 'DEAD' });
    case 'typed':
      return {
        ...state,
        guest: { ...state.guest, ...action.guest },
        // What was wrong was wrong with what was typed before.
        ...(state.stage.at === 'DOOR' && { stage: { ...state.stage, trouble: null } }),
      };
    case 'entered':
      return { ...state, stage: { at: 'IN' } };
    case 'room':
      return state.stage.at === 'IN' ? inside(state, action.room) : state;
    case 'left':
      return over(state, { at: 'LEFT' });
  }
}

const troubleAt = (stage: GuestStage): ErrorCode | null => ('trouble' in stage && stage.trouble) || null;

/** Nothing of the visit stays but the screen that says so. */
const over = (_: GuestState, stage: GuestStage): GuestState => ({ ...empty, stage });

function inside(state: GuestState, room: RoomState): GuestState {
  if (room.conversation?.ended) return over(state, { at: 'OVER', reason: room.conversation.ended.reason });
  if (room.gone) return over(state, { at: 'DEAD' });
  // The newer window may be closed before the visit is over: what takes the seat back stays.
  if (room.stopped === 'REPLACED') return { ...state, stage: { at: 'ELSEWHERE' } };
  switch (room.refusal) {
    case 'NO_SUCH_ROOM':
    case 'ROOM_ENDED':
      return over(state, { at: 'DEAD' });
    // The seat was given to somebody else meanwhile: back in front of the door, with the name as it was.
    case 'BAD_TOKEN':
    case 'TOKEN_EXPIRED':
      return { ...state, token: null, stage: { at: 'LOADING' } };
    // Back in front of the door, where it is said what to change.
    case 'NAME_TAKEN':
    case 'BAD_FRAME':
      if (room.seat === null) return { ...state, token: null, stage: { at: 'LOADING', trouble: room.refusal } };
      break;
    case 'FULL':
    case 'NOT_ALLOWED':
      if (room.seat === null) return { ...state, token: null, stage: { at: 'LOADING' } };
      break;
    default:
  }
  // The server let go of the seat, or of the socket, and says no more.
  if (room.stopped !== null) return { ...state, token: null, stage: { at: 'LOADING' } };
  return room.seat?.resume ? { ...state, token: room.seat.resume } : state;
}
