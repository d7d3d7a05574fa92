import { signal, type ReadonlySignal } from '@preact/signals';

/**
 * The stores of the browser, for every page: nothing else touches them. A browser may refuse them, be full or throw:
 * then this page remembers for itself, which lasts as long as it is open.
 */
export class Memory implements Storage {
  /** What the browser did not take. */
  private readonly own = new Map<string, string>();
  private readonly failed = signal(false);

  constructor(private readonly browsers: () => Storage) {
    // Some take nothing and say so only when asked to.
    try {
      const probe = 'anteroom.probe';
      this.browsers().setItem(probe, '');
      this.browsers().removeItem(probe);
    } catch {
      this.failed.value = true;
    }
  }

  /** Whether what is stored here is lost with the page. */
  get isLost(): ReadonlySignal<boolean> {
    return this.failed;
  }

  get length(): number {
    return this.names().length;
  }

  key(index: number): string | null {
    return this.names()[index] ?? null;
  }

  getItem(key: string): string | null {
    return this.own.get(key) ?? this.ask((storage) => storage.getItem(key), null);
  }

  setItem(key: string, value: string): void {
    try {
      this.browsers().setItem(key, value);
      this.own.delete(key);
    } catch {
      this.failed.value = true;
      // What was there before would come back as if it were this.
      this.ask((storage) => storage.removeItem(key), undefined);
      this.own.set(key, value);
    }
  }

  removeItem(key: string): void {
    this.own.delete(key);
    this.ask((storage) => storage.removeItem(key), undefined);
  }

  clear(): void {
    this.own.clear();
    this.ask((storage) => storage.clear(), undefined);
  }

  /** Every name something is stored under. */
  names(): string[] {
    const stored = this.ask((storage) => Array.from({ length: storage.length }, (_, index) => storage.key(index)!), []);
    return [...new Set([...this.own.keys(), ...stored])];
  }

  private ask<Answer>(question: (storage: Storage) => Answer, otherwise: Answer): Answer {
    try {
      return question(this.browsers());
    } catch {
      return otherwise;
    }
  }
}

/** What lasts on this device. */
export const device = new Memory(() => localStorage);
/** What lasts as long as this tab, over a reload. */
export const tab = new Memory(() => sessionStorage);

/** What is stored under a name, if it is a thing with parts; anything else was not written by these pages. */
export function storedThing<Thing extends object>(storage: Storage, key: string): Partial<Thing> | null {
  const text = storage.getItem(key);
  if (text === null) return null;
  try {
    const thing: unknown = JSON.parse(text);
    if (typeof thing === 'object' && thing !== null && !Array.isArray(thing)) return thing;
  } catch {
    // Cut off, or somebody else's.
  }
  storage.removeItem(key);
  return null;
}

/** Removes the databases of this device's browser. None of ours: what is there came from elsewhere. */
export async function emptyDatabases(): Promise<void> {
  try {
    for (const { name } of await (globalThis.indexedDB?.databases?.() ?? [])) if (name) indexedDB.deleteDatabase(name);
  } catch {
    // Refused: then there are none.
  }
}
