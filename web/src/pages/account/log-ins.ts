import { signal, type ReadonlySignal } from '@preact/signals';

import { call, withQuery } from '../../lib/api';
import type { LogInsEnded, LogInView, Page } from '../../lib/api.gen';
import { List } from '../../lib/list';

const LIMIT = 50;

export class LogIns {
  readonly list = new List<LogInView>((_, after) => call<Page<LogInView>>('GET', withQuery('/sessions', { limit: LIMIT, after })), ({ id }) => id);
  private readonly gone = signal<number | null>(null);

  /** How many were just ended together; null before that. */
  get ended(): ReadonlySignal<number | null> {
    return this.gone;
  }

  async end(id: string): Promise<void> {
    await call('DELETE', `/sessions/${encodeURIComponent(id)}`);
    void this.list.reload();
  }

  async endOthers(): Promise<void> {
    const { ended } = await call<LogInsEnded>('DELETE', '/sessions');
    this.gone.value = ended;
    void this.list.reload();
  }
}
