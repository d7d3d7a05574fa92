import { call, withQuery, type Page } from '../../../lib/api';
import { List } from '../../../lib/list';

/** A device that asks without anybody logging in. */
export interface DeskRow {
  id: string;
  name: string;
  place: string | null;
  /** The line it asks in unless the visitor chooses another. */
  line: string | null;
  in_use: boolean;
  deleted: boolean;
  has_key: boolean;
  key_at: string | null;
  enrolment_until: string | null;
  version: number;
}

/** In the one answer that shows it. */
export interface DeskKey {
  id: string;
  key: string;
}

export interface Enrolment {
  url: string;
  qr: string;
  expires_at: string;
}

/** What of a desk its form edits. */
export interface DeskValues {
  name: string;
  place: string;
  line: string;
  in_use: boolean;
}

const LIMIT = 50;
const path = (id: string, what = '') => `/desks/${encodeURIComponent(id)}${what}`;

export const valuesOf = ({ name, place, line, in_use }: DeskRow): DeskValues => ({
  name,
  place: place ?? '',
  line: line ?? '',
  in_use,
});

/** As the server takes it: an empty place or line is none. */
export function patch(values: Partial<DeskValues>): Record<string, unknown> {
  const { name, place, line, in_use } = values;
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(place !== undefined && { place: place.trim() || null }),
    ...(line !== undefined && { line: line || null }),
    ...(in_use !== undefined && { in_use }),
  };
}

/** What a new desk is made with: what is empty is left out. */
export function made({ name, place, line }: Pick<DeskValues, 'name' | 'place' | 'line'>): Record<string, string> {
  return { name: name.trim(), ...(place.trim() && { place: place.trim() }), ...(line && { line }) };
}

export const readDesk = (id: string) => call<DeskRow>('GET', path(id));

export const makeDesk = (values: Pick<DeskValues, 'name' | 'place' | 'line'>) =>
  call<DeskKey>('POST', '/desks', made(values));

export const editDesk = (id: string, changes: Partial<DeskValues>, version: number) =>
  call<unknown>('PATCH', path(id), { version, ...patch(changes) });

export const removeDesk = (id: string, version: number) => call<unknown>('DELETE', path(id), { version });

export const restoreDesk = (id: string, version: number) => call<unknown>('POST', path(id, '/restore'), { version });

export const renewKey = (id: string) => call<DeskKey>('POST', path(id, '/key'));

export const revokeKey = (id: string) => call<unknown>('DELETE', path(id, '/key'));

export const enrol = (id: string) => call<Enrolment>('POST', path(id, '/enrolment'));

/** The link that makes a browser this desk. */
export const deskLink = (id: string, key: string, origin = location.origin) =>
  `${origin}/desk#${new URLSearchParams({ desk: id, key })}`;

export class Desks {
  /** With those deleted, or without. */
  readonly list = new List<DeskRow, boolean>(
    (all, after) => call<Page<DeskRow>>('GET', withQuery('/desks', { all: String(all), limit: LIMIT, after })),
    ({ id }) => id,
  );
}
