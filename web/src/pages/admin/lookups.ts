import { signal, type ReadonlySignal } from '@preact/signals';

import { all } from '../../lib/api';
import type { AccountView, CodeView, DeskView, LineView } from '../../lib/api.gen';
import { codeText, languageName } from '../../lib/format';
import { language } from '../../lib/i18n';

/** A short list others refer to. While it cannot be had, what refers to it shows ids. */
export class Lookup<Item> {
  private readonly found = signal<readonly Item[]>([]);

  constructor(private readonly read: () => Promise<Item[]>) {}

  get items(): ReadonlySignal<readonly Item[]> {
    return this.found;
  }

  async load(): Promise<void> {
    try {
      this.found.value = await this.read();
    } catch {
      // The list that asked for it says that the server cannot be reached; here the old names do.
    }
  }
}

/** A line in the page's language. */
export const lineName = (line: LineView): string =>
  language.value === 'en' && line.name_en ? line.name_en : line.name;

/** A line in the page's language, with the language it speaks. */
export const lineText = (line: LineView): string => `${lineName(line)} (${languageName(line.language)})`;

/** The first line of each topic. */
export const topics = (lines: readonly LineView[]): LineView[] =>
  lines.filter((line, index) => lines.findIndex(({ topic }) => topic === line.topic) === index);

/** What the sections of the page refer to. */
export class Lookups {
  /** What is marked as test data: it has a name, and is never one of those to choose from. */
  private readonly tests = signal<readonly LineView[]>([]);
  readonly lines = new Lookup(async () => {
    const every = await all<LineView>('/lines?all=true');
    this.tests.value = every.filter(({ test }) => test);
    return every.filter(({ test }) => !test);
  });
  readonly accounts = new Lookup(async () =>
    (await all<AccountView>('/accounts?state=ACTIVE&limit=200')).filter(({ test }) => !test),
  );
  readonly desks = new Lookup(() => all<DeskView>('/desks?limit=200'));
  readonly results = new Lookup(() => all<CodeView>('/codes?group=RESULT&all=true'));

  load(): void {
    for (const lookup of [this.lines, this.accounts, this.desks, this.results]) void lookup.load();
  }

  line(id: string): string {
    const line = [...this.lines.items.value, ...this.tests.value].find((each) => each.id === id);
    return line ? lineText(line) : id;
  }

  /** The line of a topic in a language, by name; the topic while it is not known. */
  topic(topic: string | null, language: string | null): string {
    const named = this.lines.items.value.filter((each) => each.topic === topic);
    const line = named.find((each) => each.language === language) ?? named[0];
    return line ? lineName(line) : (topic ?? '–');
  }

  desk(id: string): string {
    return this.desks.items.value.find((each) => each.id === id)?.name ?? `…${id.slice(-6)}`;
  }

  account(id: string): string {
    return this.accounts.items.value.find((each) => each.id === id)?.name ?? `…${id.slice(-6)}`;
  }

  result(code: string): string {
    const found = this.results.items.value.find((each) => each.code === code);
    return found ? codeText(found) : code;
  }
}
