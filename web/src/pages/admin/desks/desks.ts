import { call, withQuery } from '../../../lib/api';
import type { DeskEdit, DeskRegistration, DeskView, DeskWithKey, Enrolment, Page } from '../../../lib/api.gen';
import { List } from '../../../lib/list';

/** What of a desk its form edits. */
export interface DeskValues {
  name: string;
  place: string;
  line: string;
  in_use: boolean;
}

const LIMIT = 50;
const path = (id: string, what = '') => `/desks/${encodeURIComponent(id)}${what}`;

export const valuesOf = ({ name, place, line, in_use }: DeskView): DeskValues => ({
  name,
  place: place ?? '',
  line: line ?? '',
  in_use,
});

/** As the server takes it: an empty place or line is none. */
export function patch(values: Partial<DeskValues>): Omit<DeskEdit, 'version'> {
  const { name, place, line, in_use } = values;
  return {
    ...(name !== undefined && { name: name.trim() }),
    ...(place !== undefined && { place: place.trim() || null }),
    ...(line !== undefined && { line: line || null }),
    ...(in_use !== undefined && { in_use }),
  };
}

/** What a new desk is made with: what is empty is left out. */
export function made({ name, place, line }: Pick<DeskValues, 'name' | 'place' | 'line'>): DeskRegistration {
  return { name: name.trim(), ...(place.trim() && { place: place.trim() }), ...(line && { line }) };
}

export const readDesk = (id: string) => call<DeskView>('GET', path(id));

export const makeDesk = (values: Pick<DeskValues, 'name' | 'place' | 'line'>) =>
  call<DeskWithKey>('POST', '/desks', made(values));

export const editDesk = (id: string, changes: Partial<DeskValues>, version: number) =>
  call<unknown>('PATCH', path(id), { version, ...patch(changes) });

export const removeDesk = (id: string, version: number) => call<unknown>('DELETE', path(id), { version });

export const restoreDesk = (id: string, version: number) => call<unknown>('POST', path(id, '/restore'), { version });

export const renewKey = (id: string) => call<DeskWithKey>('POST', path(id, '/key'));

export const revokeKey = (id: string) => call<unknown>('DELETE', path(id, '/key'));

export const enrol = (id: string) => call<Enrolment>('POST', path(id, '/enrolment'));

/** The link that makes a browser this desk. */
export const deskLink = (id: string, key: string, origin = location.origin) =>
  `${origin}/desk#${new URLSearchParams({ desk: id, key })}`;

export class Desks {
  /** With those deleted, or without. */
  readonly list = new List<DeskView, boolean>(
    (all, after) => call<Page<DeskView>>('GET', withQuery('/desks', { all: String(all), limit: LIMIT, after })),
    ({ id }) => id,
  );
}
