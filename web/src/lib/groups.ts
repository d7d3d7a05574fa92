import { all, ApiError, call, callInvited } from './api';
import type { Invitation, NewRoom, RoomView } from './api.gen';
import type { RoomId } from './protocol.gen';

/** The section of the address, on each page that has group rooms. */
export const GROUPS = 'groups';

/** A room of staff and their guests, as staff see it: it has what other rooms have not. */
export type GroupRoom = RoomView & { title: string } & Required<Pick<RoomView, 'info' | 'picture' | 'members' | 'link'>>;

export interface GroupValues {
  title: string;
  info: string;
  picture: string;
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
export const bodyOf = ({ title, info, picture }: GroupValues): NewRoom => ({
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
