import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

import type { Form } from './form';

/** A form on the screen that may hold something that is typed and not saved. */
interface Held {
  isTouched(): boolean;
  /** Whether it went through; if not, the form says why. */
  save(): Promise<boolean>;
}

/**
 * What is typed in a page of several steps and not saved yet: it is saved with the step, and where the step is left
 * another way it stands there again when the step is shown again. In memory only, as passwords are among it.
 */
export class Unsaved {
  private readonly held = signal<readonly Held[]>([]);
  private readonly kept = new Map<string, unknown>();

  /** Whether anything on the screen is typed and not saved. */
  readonly isTouched: ReadonlySignal<boolean> = computed(() => this.held.value.some((each) => each.isTouched()));

  /** Saves all that is typed, one after the other; whether all of it went through. */
  async save(): Promise<boolean> {
    for (const each of this.held.peek()) if (each.isTouched() && !(await each.save())) return false;
    return true;
  }

  hold(held: Held): () => void {
    this.held.value = [...this.held.peek(), held];
    return () => (this.held.value = this.held.peek().filter((other) => other !== held));
  }

  keep(key: string, typed: unknown): void {
    this.kept.set(key, typed);
  }

  /** What was kept, once. */
  take(key: string): unknown {
    const typed = this.kept.get(key);
    this.kept.delete(key);
    return typed;
  }
}

/** Holds a form's words as long as they are not saved; without `unsaved` it does nothing. */
export function useUnsaved<Values extends object>(unsaved: Unsaved | undefined, key: string, form: Form<Values>, held: Held): void {
  const present = useRef(held);
  present.current = held;
  useLayoutEffect(() => {
    const typed = unsaved?.take(key);
    if (typed !== undefined) form.type(typed as Partial<Values>);
  }, [unsaved, key, form]);
  useEffect(() => {
    if (!unsaved) return;
    const isTouched = () => present.current.isTouched();
    const letGo = unsaved.hold({ isTouched, save: () => present.current.save() });
    return () => {
      if (isTouched()) unsaved.keep(key, form.state.peek().typed);
      letGo();
    };
  }, [unsaved, key, form]);
}
