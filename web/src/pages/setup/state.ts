import { ApiError } from '../../lib/api';
import type { SetUpRequest } from '../../lib/api.gen';
import { SET_UP_REQUEST } from '../../lib/bounds.gen';
import { passwordFault, type PasswordFault } from '../../lib/password';
import { tooLong } from '../../lib/words';

/** What the person has typed. */
export interface Form {
  login: string;
  name: string;
  password: string;
  again: string;
}

/** What stands against it now; typing something else, or waiting, helps. */
export type Trouble =
  | 'LOGIN'
  | 'LOGIN_LONG'
  | 'NAME'
  | 'NAME_LONG'
  | PasswordFault
  | 'PASSWORD_COMMON'
  | 'PASSWORD_REPEATED'
  | 'LOGIN_TAKEN'
  | 'LATER'
  | 'UNREACHABLE'
  | 'FAILED';

/** What no typing helps against. NO_LINK: the page was opened without its token. */
export type DeadEnd = 'NO_LINK' | 'BAD_LINK' | 'ALREADY_SET_UP';

export type Stage =
  | { at: 'FORM'; token: string; busy: boolean; trouble: Trouble | null }
  | { at: 'DONE'; login: string }
  | { at: 'DEAD_END'; why: DeadEnd };

export type SetupAction =
  | { type: 'opened'; token: string | null }
  | { type: 'sending' }
  | { type: 'done'; login: string }
  | { type: 'trouble'; trouble: Trouble }
  | { type: 'dead_end'; why: DeadEnd };

export const empty: Stage = { at: 'DEAD_END', why: 'NO_LINK' };

export function reduce(stage: Stage, action: SetupAction): Stage {
  switch (action.type) {
    case 'opened':
      if (action.token === null) return stage;
      return { at: 'FORM', token: action.token, busy: false, trouble: null };
    case 'sending':
      return stage.at === 'FORM' ? { ...stage, busy: true, trouble: null } : stage;
    case 'trouble':
      return stage.at === 'FORM' ? { ...stage, busy: false, trouble: action.trouble } : stage;
    case 'done':
      return { at: 'DONE', login: action.login };
    case 'dead_end':
      return { at: 'DEAD_END', why: action.why };
  }
}

/** What is wrong with a form before it is sent. */
export function fault({ login, name, password, again }: Form): Trouble | null {
  if (login.trim() === '') return 'LOGIN';
  if (tooLong(login.trim(), SET_UP_REQUEST.login.chars_max)) return 'LOGIN_LONG';
  if (name.trim() === '') return 'NAME';
  if (tooLong(name.trim(), SET_UP_REQUEST.name.chars_max)) return 'NAME_LONG';
  return passwordFault(password, again);
}

export function asked(token: string, { login, name, password }: Form): SetUpRequest {
  return { token, login: login.trim(), name: name.trim(), password };
}

/** What an answer other than the account means. */
export function refusal(error: unknown): SetupAction {
  if (!(error instanceof ApiError)) return { type: 'trouble', trouble: 'UNREACHABLE' };
  switch (error.problem.code) {
    case 'ALREADY_SET_UP':
      return { type: 'dead_end', why: 'ALREADY_SET_UP' };
    case 'NOT_ALLOWED':
      return { type: 'dead_end', why: 'BAD_LINK' };
    case 'LOGIN_TAKEN':
      return { type: 'trouble', trouble: 'LOGIN_TAKEN' };
    default:
      return { type: 'trouble', trouble: troubleOf(error) };
  }
}

function troubleOf({ status, problem }: ApiError): Trouble {
  if (status === 429 || status === 503) return 'LATER';
  const fault = problem.errors?.[0];
  switch (fault?.field) {
    case 'password':
      return fault.code === 'REPEATED' ? 'PASSWORD_REPEATED' : fault.code === 'COMMON' ? 'PASSWORD_COMMON' : 'FAILED';
    case 'login':
      return 'LOGIN';
    case 'name':
      return 'NAME';
    default:
      return 'FAILED';
  }
}
