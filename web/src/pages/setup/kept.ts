import { takeToken } from '../../lib/link';

const KEY = 'anteroom.setup';

/** The token of the link: from the address bar, or as this tab has kept it over a reload. */
export function keptToken(): string | null {
  const token = takeToken();
  try {
    if (token !== null) sessionStorage.setItem(KEY, token);
    return token ?? sessionStorage.getItem(KEY);
  } catch {
    // Storage may be forbidden; the link then has to be opened again after a reload.
    return token;
  }
}

/** The token is used, or of no use. */
export function forgetToken(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
