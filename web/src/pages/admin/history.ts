import { call, type Page } from '../../lib/api';
import type { ClosedReason, EndReason, Role } from '../../lib/protocol.gen';

export type Status =
  | 'WAITING'
  | 'TALKING'
  | 'WRAP_UP'
  | 'DONE'
  | 'CANCELLED'
  | 'ABANDONED'
  | 'EXPIRED'
  | 'REFUSED';

/** One consultation of the record. */
export interface Consultation {
  id: string;
  number: string;
  status: Status;
  line: string;
  language: string;
  nickname: string | null;
  counsellor_name: string | null;
  requested_at: string;
  matched_at: string | null;
  ended_at: string | null;
  end_reason: EndReason | ClosedReason | null;
  result_code: string | null;
  memo: string | null;
  rating: number | null;
  rating_comment: string | null;
}

export interface RecordedMessage {
  seq: number;
  from: string;
  body: string;
  at: string;
}

export interface ConsultationDetail extends Consultation {
  messages: RecordedMessage[];
  members: { member: string; role: Role; name: string }[];
}

export interface HistoryState {
  readonly status: 'IDLE' | 'LOADING' | 'READY' | 'FAILED';
  readonly trouble: string | null;
  readonly items: readonly Consultation[];
  readonly next: string | null;
  readonly detail: ConsultationDetail | null;
}

export type HistoryAction =
  | { type: 'loading'; anew: boolean }
  | { type: 'page'; page: Page<Consultation> }
  | { type: 'failed'; detail: string }
  | { type: 'opened'; detail: ConsultationDetail }
  | { type: 'shut' };

export const empty: HistoryState = { status: 'IDLE', trouble: null, items: [], next: null, detail: null };

export function reduce(state: HistoryState, action: HistoryAction): HistoryState {
  switch (action.type) {
    case 'loading':
      return action.anew ? { ...empty, status: 'LOADING' } : { ...state, status: 'LOADING', trouble: null };
    case 'page': {
      const known = new Set(state.items.map(({ id }) => id));
      const added = action.page.items.filter(({ id }) => !known.has(id));
      return { ...state, status: 'READY', items: [...state.items, ...added], next: action.page.next };
    }
    case 'failed':
      return { ...state, status: 'FAILED', trouble: action.detail };
    case 'opened':
      return { ...state, detail: action.detail };
    case 'shut':
      return { ...state, detail: null };
  }
}

const LIMIT = 50;

export function readPage(after: string | null): Promise<Page<Consultation>> {
  const query = new URLSearchParams({ limit: String(LIMIT) });
  if (after !== null) query.set('after', after);
  return call('GET', `/consultations?${query}`);
}

export const readOne = (id: string) =>
  call<ConsultationDetail>('GET', `/consultations/${encodeURIComponent(id)}`);
