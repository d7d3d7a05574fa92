import { shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import type { ClosedReason, EndReason } from '../../../lib/protocol.gen';
import type { Consultation, Explanation } from './api';

/** Why it ended, in words; without a room the reasons are those a desk is told. */
export function ending({ end_reason, matched_at }: Consultation): string | null {
  if (!end_reason) return null;
  return matched_at ? t(`counsellor.ended.${end_reason as EndReason}`) : t(`desk.closed.${end_reason as ClosedReason}`);
}

/** Why these two, in sentences. */
export function explained(why: Explanation): string[] {
  const sentences = [
    why.rule === 'R4' ? t('explained.R4') : t('explained.R3'),
    t('explained.tier', { tier: why.tier + 1 }),
    t('explained.waited', { duration: shortDuration(why.waited_s) }),
    t('explained.idle', { duration: shortDuration(why.idle_s) }),
  ];
  if (why.ahead > 0) sentences.push(t('explained.ahead', { count: why.ahead }));
  if (why.passed_over.length > 0) sentences.push(t('explained.passed_over', { count: why.passed_over.length }));
  return sentences;
}

const KINDS = [
  'REQUESTED',
  'OFFERED',
  'DECLINED',
  'MISSED',
  'WITHDRAWN',
  'RETURNED',
  'MATCHED',
  'ROOM_ENDED',
  'ENDED',
  'WRAPPED_UP',
  'RATED',
  'CORRECTED',
  'EDITED',
] as const;

/** A step of the timeline in a word or two; one the pages do not know is shown as it is. */
export function happening(kind: string): string {
  const known = KINDS.find((each) => each === kind);
  return known ? t(`timeline.${known}`) : kind;
}

/** The detail of a step as lines; values that are empty are left out. */
export function details(detail: unknown): string[] {
  if (detail === null || detail === undefined || detail === '') return [];
  if (typeof detail !== 'object') return [String(detail)];
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
}
