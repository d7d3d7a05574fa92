import { signal, type ReadonlySignal } from '@preact/signals';

import { call, withQuery, type Page } from '../../lib/api';
import { List } from '../../lib/list';

/** A place where one is logged in. */
export interface LogIn {
  id: string;
  made_at: string;
  last_used_at: string;
  address: string | null;
  agent: string | null;
  /** The one of this page. */
  current: boolean;
}

const LIMIT = 50;

export class LogIns {
  readonly list = new List<LogIn>((_, after) => call<Page<LogIn>>('GET', withQuery('/sessions', { limit: LIMIT, after })), ({ id }) => id);
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
    const { ended } = await call<{ ended: number }>('DELETE', '/sessions');
    this.gone.value = ended;
    void this.list.reload();
  }
}
