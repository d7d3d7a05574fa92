import { all, ApiError, call, callInvited } from './api';
import type { RoomId } from './protocol.gen';

/** The section of the address, on each page that has group rooms. */
export const GROUPS = 'groups';

/** Longest the server takes, in characters. */
export const TITLE_CHARS_MAX = 60;
export const INFO_CHARS_MAX = 500;
export const NICKNAME_CHARS_MAX = 20;

/** A room of staff and their guests, as staff see it. */
export interface GroupRoom {
  id: RoomId;
  status: string;
  title: string;
  info: string | null;
  picture: string | null;
  creator: { id: string; name: string } | null;
  opened_at: string;
  /** Seats taken. */
  members: number;
  last_seq: number;
  /** What guests come in by; it dies with the room. */
  link: string;
  /** The link for a camera, drawn as an SVG; not in lists. */
  qr?: string;
}

export interface GroupValues {
  title: string;
  info: string;
  picture: string;
}

/** What somebody with the link may know before they come in. */
export interface Invitation {
  title: string;
  info: string | null;
  picture: string | null;
  members: number;
  full: boolean;
  office: string | null;
}

/** What a link to a group room is made of. */
export interface Ticket {
  readonly room: RoomId;
  readonly key: string;
}

const path = (id: RoomId, rest = '') => `/rooms/${encodeURIComponent(id)}${rest}`;

export const readGroups = () => all<GroupRoom>('/rooms?kind=GROUP');

export const readGroup = (id: RoomId) => call<GroupRoom>('GET', path(id));

/** As the server takes it: what is empty is none. */
export const bodyOf = ({ title, info, picture }: GroupValues) => ({
  title: title.trim(),
  info: info.trim() || null,
  picture: picture || null,
});

export const makeGroup = (values: GroupValues) => call<GroupRoom>('POST', '/rooms', bodyOf(values));

export const editGroup = (id: RoomId, values: GroupValues) => call<unknown>('PATCH', path(id), bodyOf(values));

export const endGroup = (id: RoomId) => call<unknown>('DELETE', path(id));

export const readInvitation = ({ room, key }: Ticket) => callInvited<Invitation>(path(room, '/invitation'), key);

/** Whether the server says that there is no such room, or not for us. */
export const isUnknown = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** `<room>.<key>`, as it stands behind the `#` of a link; null for anything else. */
export function ticketOf(fragment: string): Ticket | null {
  const [room, key, ...rest] = fragment.split('.');
  return room && key && rest.length === 0 ? { room, key } : null;
}

/** Where a picture lies: the server names some by their path, and some by their id. */
export const pictureUrl = (picture: string): string =>
  picture.startsWith('/') ? picture : `/api/v1/media/${encodeURIComponent(picture)}`;
