import { call, withQuery } from '../../../lib/api';
import type { AccountEdit, AccountRole, AccountView, AccountWithLink, ApprovalRequest, NewStaff, Page, ServedLine, ValidityRequest } from '../../../lib/api.gen';
import { language } from '../../../lib/i18n';
import { List } from '../../../lib/list';

export const STATES = ['PENDING', 'ACTIVE', 'SUSPENDED', 'EXPIRED', 'DELETED'] as const;
export type AccountState = (typeof STATES)[number];
export const ROLES: readonly AccountRole[] = ['COUNSELLOR', 'MANAGER', 'ADMIN'];

/** A line somebody serves; tier 0 is asked first. */
export type Served = Required<ServedLine>;

/** In which state an account is; the first that holds counts. */
export function stateOf(account: AccountView, now = Date.now()): AccountState {
  if (account.deleted) return 'DELETED';
  if (!account.approved) return 'PENDING';
  if (account.suspended) return 'SUSPENDED';
  const begins = account.valid_from ? Date.parse(account.valid_from) : -Infinity;
  const ends = account.valid_until ? Date.parse(account.valid_until) : Infinity;
  return now < begins || now >= ends ? 'EXPIRED' : 'ACTIVE';
}

export interface AccountFilter {
  state: string;
  role: string;
  line: string;
  q: string;
}

export function fromQuery(query: Readonly<Record<string, string>>): AccountFilter {
  const { state = '', role = '', line = '', q = '' } = query;
  return { state, role, line, q };
}

/** What is typed of a person to be added. */
export interface NewPerson extends AccountValues {
  login: string;
  /** By a link to hand over, or with a first password. */
  way: 'LINK' | 'PASSWORD';
  password: string;
  again: string;
}

/** What is handed to a person; without a link they log in with the password they were given. */
export type Handed = Pick<AccountWithLink, 'name' | 'login' | 'link' | 'qr'>;

/** As the server takes it. */
export function asked({ name, login, email, role, capacity, lines, all_lines, way, password }: NewPerson): NewStaff {
  return {
    name: name.trim(),
    login: login.trim(),
    role,
    lines,
    capacity: Number(capacity),
    language: language.peek(),
    ...(role === 'MANAGER' && { all_lines }),
    ...(email.trim() !== '' && { email: email.trim() }),
    ...(way === 'PASSWORD' && { password }),
  };
}

export const make = (person: NewPerson) => call<AccountWithLink>('POST', '/accounts/staff', asked(person));

const LIMIT = 50;
const path = (id: string, what = '') => `/accounts/${encodeURIComponent(id)}${what}`;

export const readAccount = (id: string) => call<AccountView>('GET', path(id));

/** What of an account its form edits. */
export interface AccountValues {
  name: string;
  email: string;
  role: AccountRole;
  capacity: string;
  lines: Served[];
  all_lines: boolean;
}

export function valuesOf({ name, email, role, capacity, lines, all_lines }: AccountView): AccountValues {
  return { name, email: email ?? '', role, capacity: String(capacity), lines: served(lines), all_lines };
}

/** In an order of its own, so that two who serve the same compare as the same. */
export function served(lines: readonly Served[]): Served[] {
  return lines.map(({ line, tier }) => ({ line, tier })).toSorted((a, b) => a.line.localeCompare(b.line));
}

/** As the server takes it. */
export function patch({ capacity, ...others }: Partial<AccountValues>): Omit<AccountEdit, 'version'> {
  return { ...others, ...(capacity !== undefined && { capacity: Number(capacity) }) };
}

export const edit = (id: string, changes: Partial<AccountValues>, version: number) =>
  call<unknown>('PATCH', path(id), { version, ...patch(changes) });

/** `unverified`: also though nobody has shown that the mail address is theirs. */
export const approve = (id: string, version: number, given: Partial<AccountValues>, unverified: boolean) =>
  call<unknown>('POST', path(id, '/approve'), { version, ...patch(given), ...(unverified && { unverified }) } satisfies ApprovalRequest);

/** A link to choose a password with. */
export const passwordLink = (id: string, version: number) => call<AccountWithLink>('POST', path(id, '/password-link'), { version });

export const suspend = (id: string, version: number, reason: string) =>
  call<unknown>('POST', path(id, '/suspend'), { version, reason });

export const resume = (id: string, version: number) => call<unknown>('POST', path(id, '/resume'), { version });

export const restore = (id: string, version: number) => call<unknown>('POST', path(id, '/restore'), { version });

export const remove = (id: string, version: number, reason: string) => call<unknown>('DELETE', path(id), { version, reason });

export const resetFactor = (id: string, version: number) =>
  call<unknown>('DELETE', path(id, '/second-factor'), { version });

/** A bound that is null is taken away. */
export const setValidity = (id: string, version: number, from: string | null, until: string | null, reason: string) =>
  call<unknown>('PUT', path(id, '/validity'), { version, from, until, reason } satisfies ValidityRequest);

export class Accounts {
  readonly list = new List<AccountView, AccountFilter>(
    (filter, after) => call<Page<AccountView>>('GET', withQuery('/accounts', { ...filter, q: filter.q.trim(), limit: LIMIT, after })),
    ({ id }) => id,
  );
}
