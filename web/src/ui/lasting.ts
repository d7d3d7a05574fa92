import { useEffect, useState } from 'preact/hooks';

/** What is over by then was nobody's business: so long takes the way from a server that stops to another. */
export const BRIEF_MS = 2_000;

/** Whether something is so, and has been for a while; at once, where it was so before anybody looked. */
export function useLasting(is: boolean): boolean {
  const [lasts, setLasts] = useState(is);
  useEffect(() => {
    if (!is) return setLasts(false);
    const timer = setTimeout(() => setLasts(true), BRIEF_MS);
    return () => clearTimeout(timer);
  }, [is]);
  return is && lasts;
}
