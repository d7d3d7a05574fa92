/** The office's time zone. Opening hours, validity and days are meant in it, wherever the browser is. */
export const OFFICE_ZONE = 'Asia/Seoul';

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: OFFICE_ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

/** A moment as a `datetime-local` field shows it: `2026-11-21T09:30`. Empty for none. */
export function toField(at: string | null | undefined): string {
  if (!at) return '';
  const found = new Map(parts.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  const get = (name: string) => found.get(name as Intl.DateTimeFormatPartTypes) ?? '';
  return `${get('year')}-${get('month')}-${get('day')}T${get('hour')}:${get('minute')}`;
}

/** The moment a `datetime-local` or `date` field means; null for an empty one. */
export function fromField(field: string): string | null {
  if (field === '') return null;
  const asUtc = Date.parse(`${field.length === 10 ? `${field}T00:00` : field}Z`);
  if (Number.isNaN(asUtc)) return null;
  // The office's clock differs from UTC by what it shows at about that moment.
  const guess = asUtc - offsetMs(asUtc);
  return new Date(asUtc - offsetMs(guess)).toISOString();
}

/** A day of the office, `days` from the one it is now: `2026-11-21`. */
export function day(days: number, now = Date.now()): string {
  return toField(new Date(now + days * 86_400_000).toISOString()).slice(0, 10);
}

/** The day after a day. */
export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function offsetMs(at: number): number {
  return Date.parse(`${toField(new Date(at).toISOString())}Z`) - Math.floor(at / 60_000) * 60_000;
}
