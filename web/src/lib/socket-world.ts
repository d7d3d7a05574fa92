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

/** See `SocketWorld.lacksUpgradeOnly`. The server answers so with 400; whoever is in its place does not name the request. */
async function lacksUpgradeOnly(url: string): Promise<boolean> {
  try {
    const { status, headers } = await fetch(url.replace(/^ws/, 'http'), { cache: 'no-store' });
    return (status === 400 || status === 426) && headers.has('x-request-id');
  } catch {
    return false;
  }
}
