import { ApiError } from './api';
import { t, type TextKey } from './i18n';

/** Something to tell the person, in whichever language the page is when it is shown. */
export interface Said {
  key: TextKey;
  values?: Record<string, string | number>;
  /** The server's own words, where the pages have none as exact. */
  detail?: string;
}

export function say({ key, values, detail }: Said): string {
  const text = t(key, values);
  return detail ? `${text} (${detail})` : text;
}

/** What a refusal means for a form: words beside fields, and words for the whole of it. */
export interface Refusal {
  faults: Readonly<Record<string, Said>>;
  trouble: Said | null;
}

/** Codes of the server that are about one field of a form: the first of these fields that the form has. */
const ABOUT: Readonly<Record<string, { fields: readonly string[]; key: TextKey }>> = {
  LOGIN_TAKEN: { fields: ['login'], key: 'fault.LOGIN_TAKEN' },
  EMAIL_TAKEN: { fields: ['email'], key: 'fault.EMAIL_TAKEN' },
  WRONG_PASSWORD: { fields: ['current', 'password'], key: 'fault.WRONG_PASSWORD' },
  WRONG_CODE: { fields: ['code'], key: 'fault.WRONG_CODE' },
  LINE_EXISTS: { fields: ['topic'], key: 'fault.LINE_EXISTS' },
  PREFIX_TAKEN: { fields: ['prefix'], key: 'fault.PREFIX_TAKEN' },
  CODE_EXISTS: { fields: ['code'], key: 'fault.CODE_EXISTS' },
  SHORTCUT_TAKEN: { fields: ['shortcut'], key: 'fault.SHORTCUT_TAKEN' },
};

/** Codes of the server that are about the whole. */
const PLAIN: Readonly<Record<string, TextKey>> = {
  EDITED: 'fault.EDITED',
  LAST_ADMIN: 'fault.LAST_ADMIN',
  IN_USE: 'fault.IN_USE',
  NOT_ALLOWED: 'fault.NOT_ALLOWED',
  NOT_FOUND: 'fault.NOT_FOUND',
  NOT_VERIFIED: 'fault.NOT_VERIFIED',
  NOT_ENDED: 'fault.NOT_ENDED',
  ROOM_ENDED: 'fault.ROOM_ENDED',
  NOBODY: 'fault.NOBODY',
  TRANSFER_PENDING: 'fault.TRANSFER_PENDING',
  LINE_CLOSED: 'fault.LINE_CLOSED',
  NOT_WAITING: 'fault.NOT_WAITING',
  TEST_DATA: 'test.stays',
  SECOND_FACTOR_MISSING: 'fault.SECOND_FACTOR_MISSING',
  NOT_LOGGED_IN: 'fault.NOT_LOGGED_IN',
  STEP_UP: 'fault.STEP_UP',
  TOO_MANY_TOKENS: 'fault.TOO_MANY_TOKENS',
  TOO_MANY_POSTS: 'fault.TOO_MANY_POSTS',
  TOO_MANY_REPLIES: 'fault.TOO_MANY_REPLIES',
  // The thing is in another state than the page thought.
  ALREADY_APPROVED: 'fault.STATE',
  ALREADY_SUSPENDED: 'fault.STATE',
  ALREADY_DELETED: 'fault.STATE',
  NOT_SUSPENDED: 'fault.STATE',
  NOT_DELETED: 'fault.STATE',
  DELETED: 'fault.STATE',
  SECOND_FACTOR_ON: 'fault.STATE',
  NO_SECOND_FACTOR: 'fault.STATE',
};

/** Where the server's words say more than ours. */
const WITH_DETAIL: ReadonlySet<string> = new Set(['IN_USE', 'NOT_ALLOWED']);

/** What a failure is told as, without a form. */
export function troubleOf(error: unknown): Said {
  if (!(error instanceof ApiError)) return { key: 'common.unreachable' };
  const { status, problem, retry_after_s } = error;
  if (status === 429) return { key: 'fault.TOO_MANY', values: { seconds: retry_after_s ?? 60 } };
  if (status === 503) return { key: 'fault.BUSY', values: { seconds: retry_after_s ?? 5 } };
  const key = PLAIN[problem.code] ?? ABOUT[problem.code]?.key;
  if (key) return WITH_DETAIL.has(problem.code) && problem.detail ? { key, detail: problem.detail } : { key };
  // A refusal says itself what can be done; asking again would be refused again.
  return { key: status === 409 ? 'fault.CONFLICT' : 'fault.FAILED', detail: problem.detail ?? problem.code };
}

/** Codes of what is wrong with one value. */
const VALUES: Readonly<Record<string, TextKey>> = {
  COMMON: 'fault.COMMON',
  REPEATED: 'fault.REPEATED',
};

/** What a failure means for a form with these fields. */
export function refusalOf(error: unknown, fields: readonly string[]): Refusal {
  if (!(error instanceof ApiError)) return { faults: {}, trouble: troubleOf(error) };
  const about = ABOUT[error.problem.code];
  const at = about?.fields.find((field) => fields.includes(field));
  if (about && at) return { faults: { [at]: { key: about.key } }, trouble: null };
  const faults: Record<string, Said> = {};
  for (const { field, reason, code } of error.problem.errors ?? []) {
    const root = field.split(/[.[]/, 1)[0]!;
    const key = VALUES[code ?? ''];
    if (fields.includes(root)) faults[root] ??= key ? { key } : { key: 'fault.FIELD', detail: reason };
  }
  return Object.keys(faults).length > 0 ? { faults, trouble: null } : { faults: {}, trouble: troubleOf(error) };
}
