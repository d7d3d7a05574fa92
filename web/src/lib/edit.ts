import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError } from './api';
import { Form } from './form';

interface EditWorld<Item, Values> {
  /** What of the thing may be edited, as its form shows it. */
  valuesOf(item: Item): Values;
  save(changes: Partial<Values>, version: number): Promise<unknown>;
  read(): Promise<Item>;
  saved(item: Item): void;
}

/** What of `typed` is not as in `base`. */
export function changes<Values extends object>(base: Values, typed: Values): Partial<Values> {
  const differs = ([name, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(base[name as keyof Values]);
  return Object.fromEntries(Object.entries(typed).filter(differs)) as Partial<Values>;
}

/**
 * Edits a thing others edit too. When somebody was faster, their values are shown beside what is typed here, and the
 * person chooses; nothing typed is lost.
 */
export class Edit<Item extends { version: number }, Values extends object> {
  readonly form: Form<Values>;
  private readonly other = signal<Values | null>(null);
  private readonly done = signal(false);
  private version: number;
  private base: Values;

  constructor(
    item: Item,
    private readonly world: EditWorld<Item, Values>,
  ) {
    this.base = world.valuesOf(item);
    this.version = item.version;
    this.form = new Form(this.base);
  }

  /** What somebody else has saved meanwhile; null when nobody has. */
  get theirs(): ReadonlySignal<Values | null> {
    return this.other;
  }

  /** Whether what is typed has been saved here. */
  get isSaved(): boolean {
    return this.done.value && Object.keys(changes(this.base, this.form.state.value.typed)).length === 0;
  }

  /** Whether something is typed that is not saved. */
  get isTouched(): boolean {
    return Object.keys(changes(this.base, this.form.state.value.typed)).length > 0;
  }

  async save(): Promise<boolean> {
    this.done.value = false;
    let item: Item | null = null;
    const sent = await this.form.send(async (typed) => {
      try {
        await this.world.save(changes(this.base, typed), this.version);
      } catch (error) {
        if (error instanceof ApiError && error.problem.code === 'EDITED') await this.learn();
        throw error;
      }
      this.other.value = null;
      item = await this.world.read();
    });
    if (!sent || item === null) return false;
    this.take(item);
    this.done.value = true;
    this.world.saved(item);
    return true;
  }

  /** Theirs stands; what was typed here is given up. */
  takeTheirs(): void {
    this.form.fill(this.base);
    this.other.value = null;
  }

  /** The thing changed by another way: what was not being edited follows. */
  follow(item: Item): void {
    const edited = changes(this.base, this.form.state.peek().typed);
    this.version = item.version;
    this.base = this.world.valuesOf(item);
    this.form.type({ ...this.base, ...edited });
  }

  private take(item: Item): void {
    this.version = item.version;
    this.base = this.world.valuesOf(item);
    this.form.fill(this.base);
  }

  private async learn(): Promise<void> {
    const item = await this.world.read();
    this.version = item.version;
    this.base = this.world.valuesOf(item);
    this.other.value = this.base;
  }
}
