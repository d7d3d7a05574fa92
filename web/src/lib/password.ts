export const PASSWORD_CHARS_MIN = 8;
export const PASSWORD_CHARS_MAX = 200;
/** Longest login the server takes. */
export const LOGIN_CHARS_MAX = 100;

export type PasswordFault = 'PASSWORD_SHORT' | 'PASSWORD_LONG' | 'PASSWORDS_DIFFER';

/** What is wrong with a new password, typed twice; the server counts characters in NFC too. */
export function passwordFault(password: string, again: string): PasswordFault | null {
  const chars = [...password.normalize('NFC')].length;
  if (chars < PASSWORD_CHARS_MIN) return 'PASSWORD_SHORT';
  if (chars > PASSWORD_CHARS_MAX) return 'PASSWORD_LONG';
  return password === again ? null : 'PASSWORDS_DIFFER';
}
