import { call, withQuery, type Page } from '../../../lib/api';
import type { ClosedReason, EndReason, Role } from '../../../lib/protocol.gen';
import { wanted, type Filter } from './filter';

export const STATUSES = [
  'WAITING',
  'TALKING',
  'WRAP_UP',
  'DONE',
  'CANCELLED',
  'ABANDONED',
  'EXPIRED',
  'REFUSED',
] as const;
export type Status = (typeof STATUSES)[number];

/** One consultation of the record. */
export interface Consultation {
  id: string;
  number: string | null;
  status: Status;
  line: string;
  line_id: string;
  language: string;
  desk: string | null;
  nickname: string | null;
  note: string | null;
  requested_at: string;
  matched_at: string | null;
  ended_at: string | null;
  wrapped_up_at: string | null;
  counsellor: string | null;
  counsellor_name: string | null;
  end_reason: EndReason | ClosedReason | null;
  result_code: string | null;
  memo: string | null;
  rating: number | null;
  rating_comment: string | null;
  predicted_s: [number, number] | null;
  /** It is test data. */
  test?: boolean;
}

export interface RecordedMessage {
  seq: number;
  from: string;
  body: string;
  at: string;
}

/** Why these two were matched (R14). */
export interface Explanation {
  rule: string;
  tier: number;
  waited_s: number;
  idle_s: number;
  ahead: number;
  passed_over: string[];
}

/** Something that happened to a consultation. */
export interface Happening {
  at: string;
  kind: string;
  by?: string | null;
  by_name?: string | null;
  detail?: unknown;
}

export interface ConsultationDetail extends Consultation {
  version: number;
  messages: RecordedMessage[];
  members: { member: string; role: Role; name: string }[];
  explanation: Explanation | null;
  timeline: Happening[];
}

const LIMIT = 50;

export const readPage = (filter: Filter, after: string | null) =>
  call<Page<Consultation>>('GET', withQuery('/consultations', { ...wanted(filter), limit: LIMIT, after }));

export const readOne = (id: string) => call<ConsultationDetail>('GET', `/consultations/${encodeURIComponent(id)}`);

export interface Notes {
  result_code: string;
  memo: string;
}

/** What is left out stays; an empty result or memo takes it away. */
export const editNotes = (id: string, changes: Partial<Notes>, version: number) =>
  call<unknown>('PATCH', `/consultations/${encodeURIComponent(id)}`, { version, ...changes });
