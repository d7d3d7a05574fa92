import { call, withQuery, type Page } from '../../../lib/api';
import { List } from '../../../lib/list';
import { dayAfter, fromField } from '../../../lib/office-fields';

/** Who did what to what, from where. */
export interface Entry {
  seq: number;
  at: string;
  actor: string;
  actor_name: string;
  actor_role: string;
  address: string;
  request_id: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  detail: unknown;
  hash: string;
}

export interface AuditFilter {
  actor: string;
  subject: string;
  action: string;
  from: string;
  to: string;
}

const LIMIT = 50;

export function fromQuery(query: Readonly<Record<string, string>>): AuditFilter {
  const { actor = '', subject = '', action = '', from = '', to = '' } = query;
  return { actor, subject, action: action.trim().toUpperCase(), from, to };
}

/** As the server is asked: days of the office, both included. */
export function wanted({ actor, subject, action, from, to }: AuditFilter): Record<string, string | null> {
  return {
    actor: actor.trim(),
    subject: subject.trim(),
    action,
    from: fromField(from),
    to: to === '' ? null : fromField(dayAfter(to)),
  };
}

export class Audits {
  readonly list = new List<Entry, AuditFilter>(
    (filter, after) => call<Page<Entry>>('GET', withQuery('/audits', { ...wanted(filter), limit: LIMIT, after })),
    ({ seq }) => seq,
  );
}
