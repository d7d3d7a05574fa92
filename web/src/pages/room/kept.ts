import type { Ticket } from '../../lib/groups';
import type { Outbox } from '../../lib/outbox';
import { storedThing } from '../../lib/storage';
import type { Guest } from './state';

const KEY = 'anteroom.guest';

/** What a reload needs to go on. */
export interface Kept {
  readonly ticket: Ticket;
  readonly guest: Guest;
  readonly token: string | null;
  readonly outbox: Outbox;
  /** A newer window of this browser has the seat. */
  readonly elsewhere?: boolean;
}

/** Nothing of a guest stays here once the visit is over. */
export function keep(kept: Kept | null, storage: Storage): void {
  if (kept) storage.setItem(KEY, JSON.stringify(kept));
  else storage.removeItem(KEY);
}

export function recall(storage: Storage): Kept | null {
  const { ticket, guest, token = null, outbox = [], elsewhere = false } = storedThing<Kept>(storage, KEY) ?? {};
  return ticket && guest ? { ticket, guest, token, outbox, elsewhere } : null;
}
