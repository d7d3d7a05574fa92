import { device, emptyDatabases, tab } from '../../lib/storage';

/** The keys that are the device's own; everything else a page has stored is a visitor's. */
const KEPT: ReadonlySet<string> = new Set(['anteroom.desk']);
/** How a visitor may have changed the way this device shows its pages. */
const ALTERATIONS = ['anteroom.language', 'anteroom.theme'];

/** Whether `?kiosk` says that the next person stands at the same screen. */
export function isKiosk(search = location.search): boolean {
  return new URLSearchParams(search).has('kiosk');
}

export function isAltered(storage: Storage = device): boolean {
  return ALTERATIONS.some((key) => storage.getItem(key) !== null);
}

/** Leaves nothing in any of the browser's stores but what the device itself is. */
export async function emptyStores(): Promise<void> {
  tab.clear();
  for (const key of device.names()) if (!KEPT.has(key)) device.removeItem(key);
  await emptyDatabases();
}

/** Whether the server would answer with the page: on a cut network a reload would leave the browser's own error there. */
export async function isReachable(): Promise<boolean> {
  try {
    return (await fetch(location.pathname, { method: 'GET', cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}
