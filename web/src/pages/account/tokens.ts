import { signal, type ReadonlySignal } from '@preact/signals';

import { call, withQuery, type Page } from '../../lib/api';
import { Form } from '../../lib/form';
import { List } from '../../lib/list';
import { day } from '../../lib/office';
import { dayAfter, fromField } from '../../lib/office-fields';

/** A key for programs; what it opens is what its account may do. */
export interface Token {
  id: string;
  name: string;
  expires_at: string | null;
  made_at?: string | null;
  last_used_at?: string | null;
}

/** A token in the one answer that shows it. */
export type NewToken = Token & { token: string };

const LIMIT = 50;

export class Tokens {
  readonly list = new List<Token>((_, after) => call<Page<Token>>('GET', withQuery('/tokens', { limit: LIMIT, after })), ({ id }) => id);
  readonly form = new Form({ name: '', until: '' });
  private readonly made = signal<NewToken | null>(null);

  /** The one just made, until it is put away. */
  get fresh(): ReadonlySignal<NewToken | null> {
    return this.made;
  }

  async make(): Promise<void> {
    if (this.form.state.peek().typed.name.trim() === '') return this.form.fault('name', { key: 'fault.MISSING' });
    const { until: end } = this.form.state.peek().typed;
    if (end !== '' && end < day(0)) return this.form.fault('until', { key: 'tokens.until.past' });
    await this.form.send(async ({ name, until }) => {
      this.made.value = await call<NewToken>('POST', '/tokens', asked(name, until));
      this.form.fill({ name: '', until: '' });
      void this.list.reload();
    });
  }

  putAway(): void {
    this.made.value = null;
  }

  async revoke(id: string): Promise<void> {
    await call('DELETE', `/tokens/${encodeURIComponent(id)}`);
    void this.list.reload();
  }
}

/** A token is good to the end of the day that is given. */
export function asked(name: string, until: string): { name: string; expires_at?: string } {
  const expires_at = until === '' ? null : fromField(dayAfter(until));
  return { name: name.trim(), ...(expires_at && { expires_at }) };
}
