import type { Ticket } from '../../lib/groups';
import type { Outbox } from '../../lib/outbox';
import type { Guest } from './state';

const KEY = 'anteroom.guest';

/** What a reload needs to go on. */
export interface Kept {
  readonly ticket: Ticket;
  readonly guest: Guest;
  readonly token: string | null;
  readonly outbox: Outbox;
}

/** Nothing of a guest stays here once the visit is over. */
export function keep(kept: Kept | null, storage: Storage): void {
  try {
    if (kept) storage.setItem(KEY, JSON.stringify(kept));
    else storage.removeItem(KEY);
  } catch {
    // Storage may be forbidden; a reload then begins anew.
  }
}

export function recall(storage: Storage): Kept | null {
  try {
    return JSON.parse(storage.getItem(KEY) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}
