import { call, withQuery } from '../../../lib/api';
import type { AuditView, Page } from '../../../lib/api.gen';
import { List } from '../../../lib/list';
import { dayAfter, fromField } from '../../../lib/office-fields';

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
  readonly list = new List<AuditView, AuditFilter>(
    (filter, after) => call<Page<AuditView>>('GET', withQuery('/audits', { ...wanted(filter), limit: LIMIT, after })),
    ({ seq }) => seq,
  );
}
