import { language, t } from './i18n';
import { inOffice } from './office';

const locale = () => (language.value === 'ko' ? 'ko-KR' : 'en-GB');

/** The time of day by the office's clock, which is the one on the wall: everybody in a talk reads the same. */
export function officeTime(at: string): string {
  return inOffice(at, locale(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** A moment in the office's time: records are read by the office's clock, wherever the browser is. */
export function dayAndTime(at: string | null | undefined): string {
  if (!at) return '–';
  return inOffice(at, locale(), { dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' });
}

/** `3:07`, `1:02:09`: a running duration, never below zero whatever the two clocks say. */
export function duration(from_ms: number, to_ms: number): string {
  const total = Math.max(0, Math.floor((to_ms - from_ms) / 1000));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** `3:07`: so many seconds; a dash for none. */
export function shortDuration(seconds: number | null | undefined): string {
  return seconds === null || seconds === undefined ? '–' : duration(0, seconds * 1000);
}

/** An honest range: whole minutes outward, and words for less than one. */
export function range([low, high]: readonly [number, number]): string {
  const from = Math.floor(low / 60);
  const to = Math.max(1, Math.ceil(high / 60));
  if (to <= 1) return t('eta.soon');
  return from === to ? t('eta.about', { minutes: to }) : t('eta.range', { from: Math.max(1, from), to });
}

/** A code's text in the page's language. */
export function codeText(code: { value: string; value_en: string | null }): string {
  return language.value === 'en' && code.value_en ? code.value_en : code.value;
}

/** A language in the words of the page. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([language.value], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
