import type { LiveCounsellor, LiveRoom, LiveTicket, Taker } from './state';

/** What the manager narrows the three lists to, all at once; empty is everything. */
export interface Query {
  text: string;
  /** A topic. */
  line: string;
  /** An account. */
  counsellor: string;
}

export const everything: Query = { text: '', line: '', counsellor: '' };

export const ROOM_SORTS = ['running', 'number', 'line', 'counsellor', 'messages'] as const;
export const TICKET_SORTS = ['waited', 'number', 'line', 'stage'] as const;
export const COUNSELLOR_SORTS = ['present', 'counsellor', 'activity', 'held'] as const;

/** A list in the order of one of its columns. */
export interface Sort<By> {
  readonly by: By;
  readonly down: boolean;
}

/** The other way round for the column it is sorted by already. */
export const turned = <By>(sort: Sort<By>, by: By): Sort<By> => ({ by, down: sort.by === by && !sort.down });

const collator = new Intl.Collator(['ko', 'en'], { numeric: true });

/** Texts of a row that are searched; a row is never changed, so they are made once. */
const searched = new WeakMap<object, string>();

function searchedOf<Item extends object>(item: Item, texts: (item: Item) => ReadonlyArray<string | null | undefined>) {
  let found = searched.get(item);
  if (found === undefined) {
    found = texts(item).filter(Boolean).join('\n').toLowerCase();
    searched.set(item, found);
  }
  return found;
}

/** Whether each word of the query is somewhere in the row. */
function has<Item extends object>(item: Item, text: string, texts: (item: Item) => ReadonlyArray<string | null | undefined>) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const found = searchedOf(item, texts);
  return words.every((word) => found.includes(word));
}

const roomTexts = ({ number, title, counsellor, members }: LiveRoom) => [number, title, counsellor?.name, ...members.map(({ name }) => name)];
const ticketTexts = ({ number, nickname, desk }: LiveTicket) => [number, nickname, desk];
const counsellorTexts = ({ name }: LiveCounsellor) => [name];

type Kept<Item> = ReadonlyMap<string, Item>;
type Key = string | number;

/** The rooms that fit, in the order wanted; equals stand oldest first. */
export function roomIds(rooms: Kept<LiveRoom>, { text, line, counsellor }: Query, sort: Sort<(typeof ROOM_SORTS)[number]>) {
  const fits = (room: LiveRoom) =>
    (line === '' || room.line === line) &&
    (counsellor === '' || room.counsellor?.account === counsellor) &&
    has(room, text, roomTexts);
  const nameOf = (room: LiveRoom) => room.counsellor?.name ?? '';
  const rank = sort.by === 'counsellor' ? ranks([...rooms.values()].map(nameOf)) : null;
  const key = (room: LiveRoom): Key => {
    switch (sort.by) {
      case 'running':
        return room.opened_at;
      case 'number':
        return numbered(room.number ?? null);
      case 'line':
        return `${room.line} ${room.language}`;
      case 'counsellor':
        return rank?.(nameOf(room)) ?? 0;
      case 'messages':
        return -room.last_seq;
    }
  };
  return ordered(rooms, fits, key, ({ opened_at }) => opened_at, sort);
}

/** The tickets that fit; `served` are the lines of the counsellor asked for. */
export function ticketIds(
  tickets: Kept<LiveTicket>,
  { text, line, counsellor }: Query,
  served: readonly string[],
  sort: Sort<(typeof TICKET_SORTS)[number]>,
) {
  const fits = (ticket: LiveTicket) =>
    (line === '' || ticket.line === line) &&
    (counsellor === '' || served.includes(ticket.line)) &&
    has(ticket, text, ticketTexts);
  const key = (ticket: LiveTicket): Key => {
    switch (sort.by) {
      case 'waited':
        return ticket.requested_at;
      case 'number':
        return numbered(ticket.number);
      case 'line':
        return `${ticket.line} ${ticket.language}`;
      case 'stage':
        return ticket.here ? ticket.stage : '';
    }
  };
  return ordered(tickets, fits, key, ({ requested_at }) => requested_at, sort);
}

const ACTIVITIES: Readonly<Record<LiveCounsellor['activity'], number>> = { IDLE: 0, OFFERED: 1, TALKING: 2, WRAP_UP: 3 };

/** The counsellors that fit; those who are there, and those who are open, first. */
export function counsellorIds(
  counsellors: Kept<LiveCounsellor>,
  { text, line, counsellor }: Query,
  sort: Sort<(typeof COUNSELLOR_SORTS)[number]>,
) {
  const fits = (one: LiveCounsellor) =>
    (line === '' || one.lines.includes(line)) &&
    (counsellor === '' || one.account === counsellor) &&
    has(one, text, counsellorTexts);
  const rank = ranks([...counsellors.values()].map(({ name }) => name));
  const key = (one: LiveCounsellor): Key => {
    switch (sort.by) {
      case 'present':
        return (one.connected ? 0 : 8) + (one.intent === 'OPEN' ? 0 : 4) + ACTIVITIES[one.activity];
      case 'counsellor':
        return 0;
      case 'activity':
        return (one.connected ? 0 : 8) + ACTIVITIES[one.activity];
      case 'held':
        return -one.held;
    }
  };
  return ordered(counsellors, fits, key, ({ name }) => rank(name), sort);
}

/** `A-7` before `A-17`, without asking the collator ten thousand times. */
const numbered = (number: string | null) => (number ?? '').replace(/\d+/g, (digits) => digits.padStart(8, '0'));

function ordered<Item>(
  rows: Kept<Item>,
  fits: (item: Item) => boolean,
  key: (item: Item) => Key,
  then: (item: Item) => Key,
  { down }: Sort<unknown>,
): string[] {
  const found: Array<{ id: string; key: Key; then: Key }> = [];
  for (const [id, item] of rows) if (fits(item)) found.push({ id, key: key(item), then: then(item) });
  found.sort((a, b) => less(a.key, b.key) || less(a.then, b.then) || less(a.id, b.id));
  if (down) found.reverse();
  return found.map(({ id }) => id);
}

const less = (a: Key, b: Key) => (a < b ? -1 : a > b ? 1 : 0);

/** Names in the order of the dictionary. The collator is slow: it is asked once for a name, not for each comparison. */
function ranks(names: Iterable<string>): (name: string) => number {
  const order = new Map([...new Set(names)].sort(collator.compare).map((name, index) => [name, index]));
  return (name) => order.get(name) ?? -1;
}

/** Who can be asked for, by name. */
export function takersOf(counsellors: Kept<LiveCounsellor>): Taker[] {
  return [...counsellors.values()].map(({ account, name }) => ({ account, name })).sort((a, b) => collator.compare(a.name, b.name));
}

/** Whether two lists are of the same rows in the same order. */
export const sameOrder = (a: readonly string[], b: readonly string[]) => sameList(a, b, Object.is);

/** Whether two lists name the same people. */
export const sameTakers = (a: readonly Taker[], b: readonly Taker[]) =>
  sameList(a, b, (one, other) => one.account === other.account && one.name === other.name);

const sameList = <Item>(a: readonly Item[], b: readonly Item[], isSame: (one: Item, other: Item) => boolean) =>
  a.length === b.length && a.every((item, index) => isSame(item, b[index]!));
