import { tab } from './storage';
import { realTimers, type Timers } from './timers';
import { onWake } from './wake';

/** What of the browser a socket touches. */
export interface SocketWorld {
  timers: Timers;
  connect(url: string, protocol: string): WebSocket;
  /** Calls back on `online` and `offline`; returns how to stop listening. */
  onNetwork(listener: (online: boolean) => void): () => void;
  /** Calls back when the page may have slept; returns how to stop listening. */
  onWake(listener: () => void): () => void;
  /** Whether the server is there and finds nothing wrong with a socket's address but that it is asked plainly. */
  lacksUpgradeOnly(url: string): Promise<boolean>;
  /** Loads the page anew, or says that this was done already without avail. */
  reload(): boolean;
  /** A welcome came: the next outdated page may reload again. */
  welcomed(): void;
}

const RELOADED_KEY = 'anteroom.reloaded';

export const browserWorld: SocketWorld = {
  timers: realTimers,
  connect: (url, protocol) => new WebSocket(url, protocol),
  onNetwork(listener) {
    const online = () => listener(true);
    const offline = () => listener(false);
    addEventListener('online', online);
    addEventListener('offline', offline);
    return () => {
      removeEventListener('online', online);
      removeEventListener('offline', offline);
    };
  },
  onWake,
  lacksUpgradeOnly,
  reload() {
    // Where it cannot be remembered that this was done, it would be done for ever.
    if (tab.isLost.peek() || tab.getItem(RELOADED_KEY)) return false;
    tab.setItem(RELOADED_KEY, '1');
    location.reload();
    return true;
  },
  welcomed() {
    tab.removeItem(RELOADED_KEY);
  },
};

/**
 * What a plain request at a socket's address is answered; null without an answer. A script is not told why a handshake
 * was refused, but such a request meets the same refusals, and last of all a complaint about the missing upgrade.
 */
async function plainly(url: string): Promise<Response | null> {
  return fetch(url.replace(/^ws/, 'http'), { cache: 'no-store' }).catch(() => null);
}

/** See `SocketWorld.lacksUpgradeOnly`. Whoever is in the server's place does not name the request. */
async function lacksUpgradeOnly(url: string): Promise<boolean> {
  const answer = await plainly(url);
  return answer?.status === 426 && answer.headers.has('x-request-id');
}

/** Whether the handshake at a socket's address is refused for good. Nothing but 403 says so. */
export async function isForbidden(url: string): Promise<boolean> {
  return (await plainly(url))?.status === 403;
}
