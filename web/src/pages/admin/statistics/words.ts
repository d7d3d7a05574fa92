import { language } from '../../../lib/i18n';
import { inOffice } from '../../../lib/office';
import type { Grouping } from './statistics';

const locale = () => (language.value === 'ko' ? 'ko-KR' : 'en-GB');

/** The hour or the day a row stands for, by the office's clock. */
export function atText(at: string, by: Grouping): string {
  const date = inOffice(at, locale(), { month: 'numeric', day: 'numeric' });
  if (by !== 'hour') return date;
  const hour = inOffice(at, locale(), { hour: '2-digit', hourCycle: 'h23' });
  return `${date} ${hour}`;
}

/** `83 %`; a dash where there is nothing to take a share of. */
export const share = (value: number | null) => (value === null ? '–' : `${Math.round(value * 100)} %`);

/** To one decimal; a dash for none. */
export const mean = (value: number | null) => (value === null ? '–' : value.toFixed(1));
