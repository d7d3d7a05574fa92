import { signal, type ReadonlySignal } from '@preact/signals';

import { call, withQuery } from '../../lib/api';
import type { Page, TokenMade, TokenRequest, TokenScope, TokenView } from '../../lib/api.gen';
import { Form } from '../../lib/form';
import { List } from '../../lib/list';
import { day } from '../../lib/office';
import { dayAfter, fromField } from '../../lib/office-fields';

/** What a token may do, of what its account may. */
export const SCOPES = ['read', 'write', 'admin'] as const satisfies readonly TokenScope[];
const LIMIT = 50;

export class Tokens {
  readonly list = new List<TokenView>((_, after) => call<Page<TokenView>>('GET', withQuery('/tokens', { limit: LIMIT, after })), ({ id }) => id);
  readonly form = new Form(blank());
  private readonly made = signal<TokenMade | null>(null);

  /** The one just made, until it is put away. */
  get fresh(): ReadonlySignal<TokenMade | null> {
    return this.made;
  }

  async make(): Promise<void> {
    if (this.form.state.peek().typed.name.trim() === '') return this.form.fault('name', { key: 'fault.MISSING' });
    const { until: end } = this.form.state.peek().typed;
    if (end !== '' && end < day(0)) return this.form.fault('until', { key: 'tokens.until.past' });
    if (scopesOf(this.form.state.peek().typed).length === 0) return this.form.fault('read', { key: 'tokens.scopes.none' });
    await this.form.send(async (typed) => {
      this.made.value = await call<TokenMade>('POST', '/tokens', asked(typed));
      this.form.fill(blank());
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

/** The form: a name, the last day, and what the token may do. */
export type Typed = { name: string; until: string } & Record<TokenScope, boolean>;

const blank = (): Typed => ({ name: '', until: '', read: true, write: true, admin: false });

const scopesOf = (typed: Typed): TokenScope[] => SCOPES.filter((scope) => typed[scope]);

/** A token is good to the end of the day that is given; the server gives it a year where none is. */
export function asked(typed: Typed): TokenRequest {
  const expires_at = typed.until === '' ? null : fromField(dayAfter(typed.until));
  return { name: typed.name.trim(), scopes: scopesOf(typed), ...(expires_at && { expires_at }) };
}
