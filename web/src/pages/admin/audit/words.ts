import type { AuditView } from '../../../lib/api.gen';
import { t, type TextKey } from '../../../lib/i18n';
import { audit } from '../../../lib/texts/ko/audit';

const ACTION = 'audit.action.';
const ANY = `${ACTION}any`;

/** The actions there are words for. The server may have newer ones. */
export const ACTIONS: readonly string[] = Object.keys(audit)
  .filter((key) => key.startsWith(ACTION) && key !== ANY)
  .map((key) => key.slice(ACTION.length));

const has = (key: string): key is TextKey => key in audit;

/** What was done, in words; one there are no words for is shown as it is. */
export function actionText(action: string): string {
  const key = ACTION + action;
  return has(key) ? t(key) : action;
}

/** To what kind of thing. */
export function kindText(kind: string): string {
  const key = `audit.kind.${kind}`;
  return has(key) ? t(key) : kind;
}

/** Why, where whoever did it said so. */
export function reasonOf({ detail }: Pick<AuditView, 'detail'>): string | null {
  const reason = detail !== null && typeof detail === 'object' && 'reason' in detail ? detail.reason : null;
  return typeof reason === 'string' && reason !== '' ? reason : null;
}
