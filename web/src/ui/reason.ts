import { t } from '../lib/i18n';

/** What a counsellor may give as the reason of a pause. */
export const REASONS = ['BREAK', 'MEAL', 'MEETING', 'OTHER'] as const;

/** A reason in a word or two; one that the pages do not know is shown as it is. */
export function reasonText(reason: string): string {
  if (reason === 'MISSED') return t('counsellor.reason.MISSED.short');
  const known = REASONS.find((each) => each === reason);
  return known ? t(`counsellor.reason.${known}`) : reason;
}
