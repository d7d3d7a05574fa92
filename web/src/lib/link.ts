/**
 * The token of a link, read once and taken off the address bar, where it would stay in the history; the page alone
 * has it then. Null when the page was opened without one.
 */
export function takeToken(): string | null {
  const token = location.hash.slice(1);
  if (token === '') return null;
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}
