/** Calls back whenever the page may have slept or changed its network. Returns how to stop listening. */
export function onWake(listener: () => void): () => void {
  const shown = () => document.visibilityState === 'visible' && listener();
  for (const type of ['online', 'pageshow', 'focus']) addEventListener(type, listener);
  for (const type of ['visibilitychange', 'resume']) document.addEventListener(type, shown);
  return () => {
    for (const type of ['online', 'pageshow', 'focus']) removeEventListener(type, listener);
    for (const type of ['visibilitychange', 'resume']) document.removeEventListener(type, shown);
  };
}
