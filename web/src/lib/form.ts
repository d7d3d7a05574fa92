import type { ReadonlySignal } from '@preact/signals';

import { refusalOf, type Refusal, type Said } from './said';
import { createStore, type Store } from './store';

export type Faults<Values> = { readonly [Name in keyof Values & string]?: Said };

/** A form: what is typed stays typed, whatever the server answers. */
export interface FormState<Values> {
  readonly typed: Values;
  readonly busy: boolean;
  /** By field: what is wrong with it. */
  readonly faults: Faults<Values>;
  /** What is wrong with the whole. */
  readonly trouble: Said | null;
}

export type FormAction<Values> =
  | { type: 'typed'; values: Partial<Values> }
  | { type: 'sending' }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'done' }
  | { type: 'filled'; values: Values };

export const blank = <Values>(typed: Values): FormState<Values> => ({
  typed,
  busy: false,
  faults: {} as Faults<Values>,
  trouble: null,
});

export function reduce<Values>(state: FormState<Values>, action: FormAction<Values>): FormState<Values> {
  switch (action.type) {
    case 'typed': {
      const faults: { [Name in keyof Values & string]?: Said } = { ...state.faults };
      for (const name of Object.keys(action.values)) delete faults[name as keyof Values & string];
      return { ...state, typed: { ...state.typed, ...action.values }, faults };
    }
    case 'sending':
      return { ...state, busy: true, faults: {} as Faults<Values>, trouble: null };
    case 'refused':
      return {
        ...state,
        busy: false,
        faults: action.refusal.faults as Faults<Values>,
        trouble: action.refusal.trouble,
      };
    case 'done':
      return { ...state, busy: false };
    case 'filled':
      return blank(action.values);
  }
}

/** Drives a form. One that is being sent is not sent a second time. */
export class Form<Values extends object> {
  private readonly store: Store<FormState<Values>, FormAction<Values>>;

  constructor(initial: Values) {
    this.store = createStore(blank(initial), reduce<Values>);
  }

  get state(): ReadonlySignal<FormState<Values>> {
    return this.store.state;
  }

  type(values: Partial<Values>): void {
    this.store.dispatch({ type: 'typed', values });
  }

  fill(values: Values): void {
    this.store.dispatch({ type: 'filled', values });
  }

  refuse(refusal: Refusal): void {
    this.store.dispatch({ type: 'refused', refusal });
  }

  /** Words beside one field, without asking the server. */
  fault(field: keyof Values & string, said: Said): void {
    this.refuse({ faults: { [field]: said }, trouble: null });
  }

  /** Whether it went through. */
  async send(how: (typed: Values) => Promise<unknown>): Promise<boolean> {
    const { typed, busy } = this.store.state.peek();
    if (busy) return false;
    this.store.dispatch({ type: 'sending' });
    try {
      await how(typed);
    } catch (error) {
      this.refuse(refusalOf(error, Object.keys(typed)));
      return false;
    }
    this.store.dispatch({ type: 'done' });
    return true;
  }
}
