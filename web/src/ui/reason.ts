import { t } from '../lib/i18n';

/** What a counsellor may give as the reason of a pause. */
export const REASONS = ['BREAK', 'MEAL', 'MEETING', 'OTHER'] as const;

/** What the server gives as the reason when it pauses somebody. */
export const GIVEN = ['MISSED', 'LOGGED_OUT'] as const;

/** A reason in a word or two; one that the pages do not know is shown as it is. */
export function reasonText(reason: string): string {
  const given = GIVEN.find((each) => each === reason);
  if (given) return t(`counsellor.reason.${given}.short`);
  const known = REASONS.find((each) => each === reason);
  return known ? t(`counsellor.reason.${known}`) : reason;
}
