import { call, withQuery } from '../../../lib/api';
import type { ConsultationEdit, ConsultationStatus, ConsultationView, ConsultationWhole, Page } from '../../../lib/api.gen';
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
] as const satisfies readonly ConsultationStatus[];

const LIMIT = 50;

export const readPage = (filter: Filter, after: string | null) =>
  call<Page<ConsultationView>>('GET', withQuery('/consultations', { ...wanted(filter), limit: LIMIT, after }));

export const readOne = (id: string) => call<ConsultationWhole>('GET', `/consultations/${encodeURIComponent(id)}`);

export interface Notes {
  result_code: string;
  memo: string;
}

/** What is left out stays. An empty memo takes it away; a result can be replaced only. */
export const editNotes = (id: string, changes: Partial<Notes>, version: number) =>
  call<unknown>('PATCH', `/consultations/${encodeURIComponent(id)}`, { version, ...changes } satisfies ConsultationEdit);
