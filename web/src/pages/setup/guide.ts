import { signal, type ReadonlySignal } from '@preact/signals';

/** What comes after the first admin, in order; each may be skipped and come back to. */
export const STEPS = ['FACTOR', 'OFFICE', 'LINES', 'COUNSELLOR', 'TRY'] as const;
export type Step = (typeof STEPS)[number];

const KEY = 'step';

/** The step an address names; null for none. */
export function stepOf(search: string): Step | null {
  const name = new URLSearchParams(search).get(KEY)?.toUpperCase();
  return STEPS.find((each) => each === name) ?? null;
}

/** A step so far from this one; the first and the last have none before and after. */
export const stepAt = (step: Step, by: number): Step | null => STEPS[STEPS.indexOf(step) + by] ?? null;

/** Which step is shown. It stands in the address: a reload keeps it, and the browser's Back goes to the one before. */
export class Guide {
  private readonly present = signal<Step | null>(stepOf(location.search));

  constructor() {
    addEventListener('popstate', () => {
      this.present.value = stepOf(location.search);
    });
  }

  /** Null while the address names none. */
  get step(): ReadonlySignal<Step | null> {
    return this.present;
  }

  go(step: Step): void {
    if (step === this.present.peek()) return;
    history.pushState(null, '', `${location.pathname}?${KEY}=${step.toLowerCase()}`);
    this.present.value = step;
  }
}
