import { takeToken } from '../../lib/link';
import { tab } from '../../lib/storage';

const KEY = 'anteroom.setup';

/** The token of the link: from the address bar, or as this tab has kept it over a reload. */
export function keptToken(): string | null {
  const token = takeToken();
  if (token !== null) tab.setItem(KEY, token);
  return token ?? tab.getItem(KEY);
}

/** The token is used, or of no use. */
export function forgetToken(): void {
  tab.removeItem(KEY);
}
