import { ApiError } from '../lib/api';
import { troubleOf, type Said } from '../lib/said';

/** What the log-in form shows. The password is kept for the second step only. */
export interface LogInState {
  readonly step: 'PASSWORD' | 'CODE';
  readonly login: string;
  readonly password: string;
  readonly code: string;
  readonly busy: boolean;
  readonly trouble: Said | null;
}

export type LogInAction =
  | { type: 'typed'; values: Partial<Pick<LogInState, 'login' | 'password' | 'code'>> }
  | { type: 'sending' }
  | { type: 'refused'; error: unknown }
  | { type: 'back' };

export const initial = (trouble: Said | null): LogInState => ({
  step: 'PASSWORD',
  login: '',
  password: '',
  code: '',
  busy: false,
  trouble,
});

export function reduce(state: LogInState, action: LogInAction): LogInState {
  switch (action.type) {
    case 'typed':
      return { ...state, ...action.values };
    case 'sending':
      return { ...state, busy: true, trouble: null };
    case 'back':
      return { ...state, step: 'PASSWORD', password: '', code: '', busy: false, trouble: null };
    case 'refused':
      return refused({ ...state, busy: false }, action.error);
  }
}

function refused(state: LogInState, error: unknown): LogInState {
  const code = error instanceof ApiError ? error.problem.code : null;
  if (code === 'SECOND_FACTOR_NEEDED') {
    const trouble: Said | null = state.step === 'CODE' ? { key: 'login.code.wrong' } : null;
    return { ...state, step: 'CODE', code: '', trouble };
  }
  if (error instanceof ApiError && (error.status === 401 || error.status === 422)) {
    return { ...state, step: 'PASSWORD', code: '', trouble: { key: 'login.failed' } };
  }
  return { ...state, trouble: troubleOf(error) };
}
