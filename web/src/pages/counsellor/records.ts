import { call, withQuery, type Page } from '../../lib/api';
import type { LineInfo, MemberId, Role, Wall } from '../../lib/protocol.gen';
import type { TalkRecord } from './workplace';

/** A consultation of one's own, as far as this screen shows it. */
export interface PastTalk extends TalkRecord {
  readonly id: string;
  readonly status: string;
  readonly line: string;
  readonly requested_at: Wall;
  readonly ended_at: Wall | null;
  readonly result_code: string | null;
  readonly memo: string | null;
  readonly rating: number | null;
  readonly rating_comment: string | null;
}

export interface PastTalkWhole extends PastTalk {
  readonly messages: ReadonlyArray<{ seq: number; from: MemberId; body: string; at: Wall }>;
  readonly members: ReadonlyArray<{ member: MemberId; role: Role; name: string }>;
}

/** What one's history is narrowed to. */
export interface PastFilter {
  readonly counsellor: string;
  readonly q: string;
}

const LIMIT = 30;
/** A shorter text is not searched. */
export const Q_CHARS_MIN = 2;
/** Nor a longer one. */
export const Q_CHARS_MAX = 200;

export const readPast = ({ counsellor, q }: PastFilter, after: string | null) =>
  call<Page<PastTalk>>('GET', withQuery('/consultations', { counsellor, q, limit: LIMIT, after }));

export const readTalk = (id: string) => call<PastTalkWhole>('GET', `/consultations/${encodeURIComponent(id)}`);

/** The talks of a counsellor that are not done yet. */
export async function readPresent(counsellor: string): Promise<readonly PastTalk[]> {
  const read = (status: string) => call<Page<PastTalk>>('GET', withQuery('/consultations', { counsellor, status }));
  const pages = await Promise.all([read('TALKING'), read('WRAP_UP')]);
  return pages.flatMap(({ items }) => items);
}

/** What is on file of how a talk of one's own went; null where it is not among the last ones. */
export async function readWritten(counsellor: string, number: string): Promise<Pick<PastTalk, 'result_code' | 'memo'> | null> {
  const { items } = await readPast({ counsellor, q: '' }, null);
  return items.find((talk) => talk.number === number) ?? null;
}

/** One's own figures of today; what cannot be said is null. */
export interface Today {
  day: string;
  talks: number;
  talk_s_mean: number | null;
  wrap_up_s_mean: number | null;
  rating_mean: number | null;
  offers: number;
  declined: number;
  missed: number;
}

export const readToday = () => call<Today>('GET', '/stats/mine');

/** Somebody a conversation may be handed to. */
export interface Colleague {
  id: string;
  name: string;
  intent: 'OPEN' | 'PAUSED';
  reason: string | null;
  activity: string;
  connected: boolean;
  /** Places left. */
  free: number;
  /** Topics. */
  lines: string[];
}

/** A line as anybody may know it; without the office's view of it, who waits is unknown. */
export interface OfficeLine extends LineInfo {
  waiting?: number;
}

export const readColleagues = async () => (await call<{ items: Colleague[] }>('GET', '/colleagues')).items;

/** All lines, with who waits where this server tells it. */
export async function readLines(): Promise<OfficeLine[]> {
  try {
    return (await call<{ lines: OfficeLine[] }>('GET', '/office')).lines;
  } catch {
    return (await call<Page<OfficeLine>>('GET', '/lines')).items;
  }
}
