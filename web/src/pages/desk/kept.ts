import type { Outbox } from '../../lib/outbox';
import { device, storedThing, tab } from '../../lib/storage';
import { isPending, type Ending } from './rating';
import { underWay, type DeskState, type Request } from './state';

const VISIT_KEY = 'anteroom.visit';
const DESK_KEY = 'anteroom.desk';

/**
 * What a reload needs to go on: the request until it has a token, then the token and what is still unsent, and after
 * the end the token and what may still be rated. `elsewhere`: a newer window of this browser has the seat.
 */
export type Kept =
  | { request: Request }
  | { token: string; outbox: Outbox; elsewhere?: true }
  | { token: string; ending: Ending };

/** What of a state outlives a reload; null when nothing of a visitor may. */
export function toKeep(state: DeskState): Kept | null {
  const { stage, token } = state;
  if (stage.at === 'ELSEWHERE') return token === null ? null : { token, outbox: state.carried, elsewhere: true };
  if (stage.at === 'ENDED') {
    const { reason, room, rating } = stage;
    return token !== null && isPending(rating) ? { token, ending: { reason, room, rating } } : null;
  }
  if (!underWay(state)) return null;
  if (token !== null) return { token, outbox: state.conversation?.outbox ?? state.carried };
  return state.stage.at === 'ASKING' ? { request: state.stage.request } : null;
}

export function keep(kept: Kept | null, storage: Storage = tab): void {
  if (kept) storage.setItem(VISIT_KEY, JSON.stringify(kept));
  else storage.removeItem(VISIT_KEY);
}

export function kept(storage: Storage = tab): Kept | null {
  const thing = storedThing<Kept>(storage, VISIT_KEY);
  return thing && ('request' in thing || 'token' in thing) ? (thing as Kept) : null;
}

/** Which registered desk this device is. */
export type Credentials = { desk: string; key: string };

/**
 * Reads `#desk=…&key=…` once and takes it off the address bar; a kiosk that restarts finds it in its storage.
 * Null for the public desk.
 */
export function credentials(storage: Storage = device): Credentials | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const [desk, key] = [fragment.get('desk'), fragment.get('key')];
  if (desk && key) {
    keepCredentials({ desk, key }, storage);
    history.replaceState(null, '', location.pathname + location.search);
    return { desk, key };
  }
  const { desk: known, key: secret } = storedThing<Credentials>(storage, DESK_KEY) ?? {};
  return known && secret ? { desk: known, key: secret } : null;
}

/** This device is that desk from now on, also after a restart. */
export function keepCredentials({ desk, key }: Credentials, storage: Storage = device): void {
  storage.setItem(DESK_KEY, JSON.stringify({ desk, key }));
}

/** The token of `#enrol=…`, read once and taken off the address bar; null without one. */
export function enrolmentToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('enrol');
  if (token) history.replaceState(null, '', location.pathname + location.search);
  return token || null;
}
