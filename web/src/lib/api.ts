import type { CodeView, LineView, LogInRequest, OwnAccount, Page, Problem, SessionView, SetUpRequest } from './api.gen';
import { hearDate } from './moment';
import { learnMail, learnZone } from './office';
import type { RoomId } from './protocol.gen';
import { toJson } from './words';

/** A refusal as the server writes it; one by a proxy has no more than its status. */
export type Refused = Pick<Problem, 'status' | 'code'> & Partial<Problem>;

export class ApiError extends Error {
  constructor(
    readonly problem: Refused,
    readonly retry_after_s: number | null,
  ) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = 'ApiError';
  }

  get status(): number {
    return this.problem.status;
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('unreachable', { cause });
    this.name = 'Unreachable';
  }
}

const BASE = '/api/v1';
/** A line that is dead lets a request hang for minutes. A server that is busy answers within half of this. */
const ANSWER_MS_MAX = 30_000;
/** A list that should fit a screen stops being followed here. */
const PAGES_MAX = 20;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let loggedOut: (() => void) | null = null;

/** Calls `listener` whenever the server says that nobody is logged in any more. */
export function onLoggedOut(listener: () => void): void {
  loggedOut = listener;
}

let stepUp: (() => Promise<boolean>) | null = null;

/** Asks `asks` whenever the server wants to know again who sits here; what was refused is repeated once if it says so. */
export function onStepUp(asks: () => Promise<boolean>): void {
  stepUp = asks;
}

export async function call<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const request: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store', signal };
  if (method !== 'GET') {
    headers['content-type'] = 'application/json';
    request.body = toJson(body ?? {});
  }
  return ask(path, request);
}

/** What a guest shows instead of a log-in. */
const invited = (invitation: string | undefined): Record<string, string> =>
  invitation === undefined ? {} : { 'x-invitation': invitation };

/** Reads something the key of a link is enough for. */
export function callInvited<Answer>(path: string, invitation: string): Promise<Answer> {
  const headers = { accept: 'application/json', ...invited(invitation) };
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  return ask(path, { method: 'GET', headers, credentials: 'same-origin', cache: 'no-store', signal });
}

/** Sends one file. */
export function upload<Answer>(path: string, file: Blob, invitation?: string): Promise<Answer> {
  const body = new FormData();
  body.append('file', file, 'file');
  const headers = { accept: 'application/json', ...invited(invitation) };
  return ask(path, { method: 'POST', headers, body, credentials: 'same-origin', cache: 'no-store' });
}

async function ask<Answer>(path: string, request: RequestInit, isRepeated = false): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(BASE + path, request);
    hearDate(response.headers.get('date'));
    text = await response.text();
  } catch (cause) {
    throw new Unreachable(cause);
  }
  if (!response.ok) {
    const problem = problemOf(response, text);
    if (problem.code === 'NOT_LOGGED_IN') loggedOut?.();
    if (problem.code === 'STEP_UP' && !isRepeated && (await stepUp?.())) return ask(path, request, true);
    throw new ApiError(problem, retryAfter(response));
  }
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

/** `path` with what of `query` is set. */
export function withQuery(path: string, query: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const set = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') set.set(name, String(value));
  }
  return set.size === 0 ? path : `${path}?${set}`;
}

/** A list to its end. */
export async function all<Item>(path: string): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query: string = after === null ? '' : `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(after)}`;
    const answer: Page<Item> = await call('GET', path + query);
    items.push(...answer.items);
    if (!answer.next) break;
    after = answer.next;
  }
  return items;
}

export const lines = () => all<LineView>('/lines');

/** Who is logged in; null when nobody is. */
export async function whoAmI(): Promise<OwnAccount | null> {
  try {
    return entered(await call<SessionView>('GET', '/session'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** `code` is the second factor: six digits, or a recovery code. */
export async function logIn(login: string, password: string, code?: string): Promise<OwnAccount> {
  const body: LogInRequest = { login, password, ...(code !== undefined && { code }) };
  return entered(await call<SessionView>('POST', '/session', body));
}

function entered({ account, time_zone, mail }: SessionView): OwnAccount {
  learnZone(time_zone);
  learnMail(mail);
  return account;
}

export const logOut = () => call<unknown>('DELETE', '/session');

export const setUp = (admin: SetUpRequest) => call<unknown>('POST', '/setup', admin);

export const codes = (group: string) => all<CodeView>(`/codes?group=${encodeURIComponent(group)}`);

export const endRoom = (room: RoomId, reason?: string) =>
  call<unknown>('POST', `/rooms/${encodeURIComponent(room)}/end`, reason ? { reason } : {});

function problemOf(response: Response, text: string): Refused {
  const bare: Refused = { status: response.status, code: `HTTP_${response.status}` };
  if (!response.headers.get('content-type')?.includes('json')) return bare;
  try {
    return { ...bare, ...(JSON.parse(text) as Partial<Problem>) };
  } catch {
    return bare;
  }
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}
