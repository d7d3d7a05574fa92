import { signal, type ReadonlySignal } from '@preact/signals';

/** Where nothing is known of the office yet. */
const USUAL_ZONE = 'Asia/Seoul';
const DAY_MS = 86_400_000;

const known = signal(USUAL_ZONE);

/** The office's time zone. Opening hours, validity and days are meant in it, wherever the browser is. */
export const officeZone: ReadonlySignal<string> = known;

/**
 * What the server says the zone is. One this browser has never heard of changes nothing. The one that is known already
 * is not tried: on a slow phone that alone takes a fifth of a second, before anything is on the screen.
 */
export function learnZone(zone: string | null | undefined): void {
  if (zone && zone !== known.peek() && isZone(zone)) known.value = zone;
}

const mails = signal(true);

/** Whether the office has a mail server: without one no link reaches anybody by mail. */
export const officeMails: ReadonlySignal<boolean> = mails;

/** What the server says; one that says nothing of it is taken to send mail. */
export function learnMail(has: boolean | undefined): void {
  mails.value = has ?? true;
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}

/** Writers are kept: making one costs more than a hundred uses of it. */
const writers = new Map<string, Intl.DateTimeFormat>();

/** Writes a moment by the office's clock. */
export function inOffice(at: Date | number | string, locale: string, options: Intl.DateTimeFormatOptions): string {
  return writer(locale, options).format(new Date(at));
}

function writer(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([known.value, locale, options]);
  const kept = writers.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: known.value });
  writers.set(key, kept);
  return kept;
}

const FIELD: Intl.DateTimeFormatOptions = {
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
};

/** A moment by the office's clock: `2026-11-21T09:30`. */
export function fieldAt(at: number): string {
  const found = new Map(writer('en-CA', FIELD).formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  const get = (name: string) => found.get(name as Intl.DateTimeFormatPartTypes) ?? '';
  return `${get('year')}-${get('month')}-${get('day')}T${get('hour')}:${get('minute')}`;
}

/** A day of the office, `days` from the one it is now: `2026-11-21`. */
export function day(days: number, now = Date.now()): string {
  return dayFrom(fieldAt(now).slice(0, 10), days);
}

/** So many days after a day of the calendar, which has no hours: a day of 23 or 25 of them is one day all the same. */
export function dayFrom(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
