import { t } from '../lib/i18n';
import { tooLong } from '../lib/words';

/** Marks a field whose text is too long; `id` is of the line that says so. */
export const longMarks = (id: string, text: string, max: number) =>
  tooLong(text, max) ? { 'aria-invalid': 'true' as const, 'aria-errormessage': id, 'data-long': '' } : {};

/** Says that a text is too long, as it is written. The line is always there, so that it is said when it fills. */
export function LongLine({ id, text, max, testid }: { id: string; text: string; max: number; testid: string }) {
  const long = tooLong(text, max);
  return (
    <span id={id} class="trouble small-text" role="alert" data-testid={testid}>
      {long && t(long.key, long.values)}
    </span>
  );
}

/** Goes to the first field of a form that is too long; false where all of them fit. */
export function goesToLong(form: HTMLFormElement): boolean {
  const long = form.querySelector<HTMLElement>('[data-long]');
  long?.focus();
  return long !== null;
}
