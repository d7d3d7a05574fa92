import type { RoomId } from '../../lib/protocol.gen';
import { storedThing } from '../../lib/storage';
import type { Due, ReadTo, Unsaid } from './tabs';

/** What is half written in a room. The memo begins as the notes taken during the talk. */
export interface Draft {
  readonly body?: string;
  readonly whisper?: string;
  readonly memo?: string;
  readonly result_code?: string;
}

/** What this device keeps for one account: words that are nowhere else yet. */
export interface Kept {
  readonly drafts: Readonly<Record<RoomId, Draft>>;
  readonly unsaid: Readonly<Record<RoomId, Unsaid>>;
  /** Up to where each room was read. */
  readonly read: Readonly<Record<RoomId, ReadTo>>;
  readonly due: Readonly<Record<RoomId, Due>>;
}

type Stored = Kept & { readonly at: number };

const PREFIX = 'anteroom.counsellor.';
/** What another account left here, by closing the window instead of logging out, goes after this. */
export const KEPT_MS_MAX = 24 * 3_600_000;

export const nothing: Kept = { drafts: {}, unsaid: {}, read: {}, due: {} };

const isEmpty = ({ body, whisper, memo, result_code }: Draft) => !body && !whisper && !memo && !result_code;

/** Only the drafts of rooms that are there and hold something. */
export function prune(drafts: Kept['drafts'], rooms: readonly RoomId[]): Kept['drafts'] {
  return Object.fromEntries(Object.entries(drafts).filter(([room, draft]) => rooms.includes(room) && !isEmpty(draft)));
}

export function recall(storage: Storage, account: string, now: number): Kept {
  sweep(storage, account, now);
  const kept = storedThing<Stored>(storage, PREFIX + account);
  const due = now - (kept?.at ?? 0) > KEPT_MS_MAX ? {} : (kept?.due ?? {});
  return { drafts: kept?.drafts ?? {}, unsaid: kept?.unsaid ?? {}, read: kept?.read ?? {}, due };
}

export function keep(storage: Storage, account: string, kept: Kept, now: number): void {
  if (Object.values(kept).every((each) => Object.keys(each as object).length === 0)) forget(storage, account);
  else storage.setItem(PREFIX + account, JSON.stringify({ at: now, ...kept }));
}

export function forget(storage: Storage, account: string): void {
  storage.removeItem(PREFIX + account);
}

function sweep(storage: Storage, account: string, now: number): void {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) {
    if (!key?.startsWith(PREFIX) || key === PREFIX + account) continue;
    const at = storedThing<Stored>(storage, key)?.at ?? 0;
    if (now - at > KEPT_MS_MAX) storage.removeItem(key);
  }
}
