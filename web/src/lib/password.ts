import { PASSWORD_RESET_REQUEST } from './bounds.gen';

export type PasswordFault = 'PASSWORD_SHORT' | 'PASSWORD_LONG' | 'PASSWORDS_DIFFER';

/** What is wrong with a new password, typed twice; the server counts characters in NFC too. */
export function passwordFault(password: string, again: string): PasswordFault | null {
  const chars = [...password.normalize('NFC')].length;
  if (chars < PASSWORD_RESET_REQUEST.password.chars_min) return 'PASSWORD_SHORT';
  if (chars > PASSWORD_RESET_REQUEST.password.chars_max) return 'PASSWORD_LONG';
  return password === again ? null : 'PASSWORDS_DIFFER';
}
