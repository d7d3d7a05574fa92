import { signal, type ReadonlySignal } from '@preact/signals';

import { all, withQuery } from '../../lib/api';
import type { PostView } from '../../lib/api.gen';
import type { Language } from '../../lib/i18n';

/** Something the office wants visitors to read. */
export type Notice = Pick<PostView, 'id' | 'title' | 'body'>;

/** As many as somebody reads while they wait. */
const NOTICES_MAX = 8;

/** The notices in use. They are a courtesy: where they cannot be had, nothing is said of them. */
export class Notices {
  private readonly shown = signal<readonly Notice[]>([]);
  private asked = 0;

  constructor(
    private readonly read: (language: Language) => Promise<readonly Notice[]> = (language) =>
      all<PostView>(withQuery('/posts', { kind: 'NOTICE', language })),
  ) {}

  get items(): ReadonlySignal<readonly Notice[]> {
    return this.shown;
  }

  async load(language: Language): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    const items = await this.read(language).catch(() => []);
    if (question === this.asked) this.shown.value = items.slice(0, NOTICES_MAX);
  }
}
