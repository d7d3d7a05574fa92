import { ApiError } from './api';
import type { FieldFault } from './api.gen';
import { t, type TextKey } from './i18n';
import { grouped } from './words';

/** Something to tell the person, in whichever language the page is when it is shown. */
export interface Said {
  key: TextKey;
  values?: Record<string, string | number>;
}

export const say = ({ key, values }: Said): string => t(key, values);

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

/** What is wrong with one field, by the server's code for it. Its own words are for whoever writes a client. */
const FAULTS: Readonly<Record<string, TextKey>> = {
  EMPTY: 'fault.MISSING',
  MISSING: 'fault.MISSING',
  TOO_LONG: 'fault.TOO_LONG',
  TOO_SHORT: 'fault.TOO_SHORT',
  CONTROL: 'fault.CONTROL',
  LINE_FEED: 'fault.LINE_FEED',
  BIDI: 'fault.BIDI',
  INVISIBLE: 'fault.INVISIBLE',
  WHITE_SPACE: 'fault.WHITE_SPACE',
  FORM: 'fault.FORM',
  RANGE: 'fault.RANGE',
  CHOICE: 'fault.CHOICE',
  NOT_THERE: 'fault.NOT_THERE',
  MOMENT: 'fault.MOMENT',
  TWICE: 'fault.TWICE',
  EITHER: 'fault.EITHER',
  SAME: 'fault.SAME',
  PICTURE: 'fault.PICTURE',
  COMMON: 'fault.COMMON',
  REPEATED: 'fault.REPEATED',
  WRONG: 'fault.WRONG',
  // A page that is as old as its server does not send these.
  UNKNOWN: 'fault.FIELD',
  KIND: 'fault.FIELD',
  VALUE: 'fault.FIELD',
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
  TOO_MANY_ROOMS: 'fault.TOO_MANY_ROOMS',
  TOO_MANY_JOBS: 'fault.TOO_MANY_JOBS',
  TOO_LARGE: 'fault.TOO_LARGE',
  UNSUPPORTED_PICTURE: 'fault.PICTURE',
  BAD_LINK: 'fault.BAD_LINK',
  BAD_LOGIN: 'login.failed',
  SECOND_FACTOR_NEEDED: 'fault.WRONG_CODE',
  REHEARSAL_RUNS: 'fault.RUNS',
  TEST_DATA_RUNS: 'fault.RUNS',
  OWN_ROOM: 'fault.OWN_ROOM',
  OUT_OF_BOUNDS: 'fault.FIELD',
  // The server cannot now, and says in how many seconds it may.
  BUSY: 'fault.BUSY',
  DATABASE_UNAVAILABLE: 'fault.BUSY',
  DRAINING: 'fault.BUSY',
  NOT_STORED: 'fault.BUSY',
  OVERLOADED: 'fault.BUSY',
  TOO_MANY: 'fault.TOO_MANY',
  TOO_MANY_VIEWERS: 'fault.BUSY',
  UNAVAILABLE: 'fault.BUSY',
  // A fault of the server's or of the page's: nobody at the screen can mend it.
  BAD_REQUEST: 'fault.FAILED',
  INTERNAL: 'fault.FAILED',
  METHOD_NOT_ALLOWED: 'fault.FAILED',
  NOT_A_LOG_IN: 'fault.FAILED',
  SCOPE_MISSING: 'fault.FAILED',
  TOO_SLOW: 'fault.FAILED',
  UNKNOWN_METHOD: 'fault.FAILED',
  UPGRADE_REQUIRED: 'fault.FAILED',
  ORIGIN_NOT_ALLOWED: 'fault.ORIGIN',
  UNSUPPORTED_MEDIA_TYPE: 'fault.FAILED',
  // The thing is in another state than the page thought.
  ALREADY_APPROVED: 'fault.STATE',
  ALREADY_SUSPENDED: 'fault.STATE',
  ALREADY_DELETED: 'fault.STATE',
  NOT_SUSPENDED: 'fault.STATE',
  NOT_DELETED: 'fault.STATE',
  DELETED: 'fault.STATE',
  SECOND_FACTOR_ON: 'fault.STATE',
  NO_SECOND_FACTOR: 'fault.STATE',
  ALREADY_SET_UP: 'fault.STATE',
  JOB_OVER: 'fault.STATE',
};

/** The words for a code of a refusal; null for one that a newer server may have. */
export const wordsFor = (code: string): TextKey | null => PLAIN[code] ?? ABOUT[code]?.key ?? null;

/** What is wrong with a field, in words. */
export function faultOf({ code, min, max }: FieldFault): Said {
  const values = { ...(min !== undefined && { min: grouped(min) }), ...(max !== undefined && { max: grouped(max) }) };
  if (code === 'RANGE' && min !== undefined && max !== undefined) return { key: 'fault.BETWEEN', values };
  const key = (code !== undefined && FAULTS[code]) || 'fault.FIELD';
  return Object.keys(values).length > 0 ? { key, values } : { key };
}

/** What a failure is told as, without a form. */
export function troubleOf(error: unknown): Said {
  if (!(error instanceof ApiError)) return { key: 'common.unreachable' };
  const { status, problem, retry_after_s } = error;
  if (status === 429) return { key: 'fault.TOO_MANY', values: { seconds: retry_after_s ?? 60 } };
  if (status === 503) return { key: 'fault.BUSY', values: { seconds: retry_after_s ?? 5 } };
  // Of a refusal the page does not know, asking again would be refused again.
  return { key: wordsFor(problem.code) ?? (status === 409 ? 'fault.CONFLICT' : 'fault.FAILED') };
}

/** What a failure means for a form with these fields. */
export function refusalOf(error: unknown, fields: readonly string[]): Refusal {
  if (!(error instanceof ApiError)) return { faults: {}, trouble: troubleOf(error) };
  const about = ABOUT[error.problem.code];
  const at = about?.fields.find((field) => fields.includes(field));
  if (about && at) return { faults: { [at]: { key: about.key } }, trouble: null };
  const faults: Record<string, Said> = {};
  for (const fault of error.problem.errors ?? []) {
    const root = fault.field.split(/[.[]/, 1)[0]!;
    if (fields.includes(root)) faults[root] ??= faultOf(fault);
  }
  return Object.keys(faults).length > 0 ? { faults, trouble: null } : { faults: {}, trouble: troubleOf(error) };
}
