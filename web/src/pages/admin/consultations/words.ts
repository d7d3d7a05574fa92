import type { ConsultationView, Explanation, TimelineEntry } from '../../../lib/api.gen';
import { TIMELINE_KINDS } from '../../../lib/codes.gen';
import { shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';

const ENDS = [
  'DONE',
  'DESK_LEFT',
  'COUNSELLOR_LOST',
  'ADMIN',
  'TRANSFERRED',
  'EXPIRED',
  'CANCELLED',
  'FULL',
  'CLOSED_HOURS',
  'UNSTAFFED',
  'REPLACED',
  'LOST',
  'NOT_ALLOWED',
] as const;

/** Why a room or a request ended, in a word or two; one the pages do not know is shown as it is. */
export function endText(reason: string): string {
  const known = ENDS.find((each) => each === reason);
  return known ? t(`happened.end.${known}`) : reason;
}

/** Why it ended, in words. */
export const ending = ({ end_reason }: ConsultationView): string | null => end_reason && endText(end_reason);

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

/** A step of the timeline in a word or two; one the pages do not know is shown as it is. */
export function happening(kind: string): string {
  const known = TIMELINE_KINDS.find((each) => each === kind);
  return known ? t(`timeline.${known}`) : kind;
}

/** Who a step is by; of a room that ended, whoever the reason names if the record names nobody. */
export function doer({ kind, by_name, detail }: TimelineEntry): string | null {
  if (by_name) return by_name;
  if (kind !== 'ROOM_ENDED') return null;
  switch (fieldOf(detail, 'reason')) {
    case 'DESK_LEFT':
      return t('happened.by.visitor');
    case 'ADMIN':
      return t('happened.by.admin');
    case 'EXPIRED':
    case 'COUNSELLOR_LOST':
      return t('happened.by.server');
    default:
      return null;
  }
}

/** What of a step's detail is said in words of its own, or by other parts of the record. */
const WORDED = new Set(['room', 'counsellor', 'counsellor_name', 'from', 'line', 'line_before', 'state', 'reason', 'note', 'score']);

/** The detail of a step as lines; values that are empty are left out. `lineOf` names a line by its id. */
export function details(
  { kind, by_name, detail }: Pick<TimelineEntry, 'kind' | 'by_name' | 'detail'>,
  lineOf: (id: string) => string = (id) => id,
): string[] {
  if (detail === null || detail === undefined || detail === '') return [];
  if (typeof detail !== 'object') return [String(detail)];
  const [reason, note, name] = [fieldOf(detail, 'reason'), fieldOf(detail, 'note'), fieldOf(detail, 'counsellor_name')];
  const [line, before] = [fieldOf(detail, 'line'), fieldOf(detail, 'line_before')];
  const [score, state] = [fieldOf(detail, 'score'), fieldOf(detail, 'state')];
  const isEnd = kind === 'ROOM_ENDED' || kind === 'ENDED';
  return [
    name !== null && name !== by_name && t('happened.to', { name }),
    line !== null && `${t('admin.line')}: ${before === null ? '' : `${lineOf(before)} → `}${lineOf(line)}`,
    state !== null && stateText(state),
    reason !== null && (isEnd ? endText(reason) : t('happened.reason', { reason })),
    note !== null && t('happened.note', { note }),
    score !== null && t('happened.score', { score }),
    ...Object.entries(detail)
      .filter(([field, value]) => !WORDED.has(field) && value !== null && value !== '')
      .map(([field, value]) => `${fieldText(field)}: ${valueText(value)}`),
  ].filter((line) => line !== false);
}

/** Why nothing came of a hand-over. */
function stateText(state: string): string {
  switch (state) {
    case 'DECLINED':
      return t('timeline.DECLINED');
    case 'NOBODY':
      return t('happened.nobody');
    case 'CANCELLED':
      return t('admin.status.CANCELLED');
    default:
      return state;
  }
}

/** What of the record was changed, by its label. */
function fieldText(field: string): string {
  if (field === 'result_code') return t('admin.result');
  return field === 'memo' ? t('admin.memo') : field;
}

/** A value, or what it was and what it became. */
function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('from' in value && 'to' in value) return `${String(value.from ?? '–')} → ${String(value.to || '–')}`;
  return JSON.stringify(value);
}

function fieldOf(detail: unknown, field: string): string | null {
  const value = detail !== null && typeof detail === 'object' ? (detail as Record<string, unknown>)[field] : null;
  return value === null || value === undefined || value === '' ? null : String(value);
}
