import { signal, type ReadonlySignal } from '@preact/signals';

import { all, call } from '../../lib/api';
import type { ReplyView } from '../../lib/api.gen';

/** What the holes of a reply are filled with. */
export interface Filling {
  visitor: string;
  counsellor: string;
  number: string;
  line: string;
}

const MARK = '/';
/** As many as can be taken in at a glance. */
const OFFERED_MAX = 8;

/** `{visitor}` and the others replaced; anything else in braces is left as it was written. */
export function fill(body: string, filling: Filling): string {
  return body.replace(/\{(visitor|counsellor|number|line)\}/g, (_, name: keyof Filling) => filling[name]);
}

/** The replies that fit what is typed; none unless it begins with `/`. Best first: the shortcut's beginning. */
export function fitting(replies: readonly ReplyView[], typed: string): readonly ReplyView[] {
  if (!typed.startsWith(MARK) || typed.includes('\n')) return [];
  const wanted = typed.slice(MARK.length).trim().normalize('NFC').toLowerCase();
  const rank = ({ shortcut, body }: ReplyView) => {
    const name = shortcut.normalize('NFC').toLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    return body.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return replies
    .filter((reply) => rank(reply) < 3)
    .toSorted((a, b) => rank(a) - rank(b) || a.shortcut.localeCompare(b.shortcut))
    .slice(0, OFFERED_MAX);
}

/** FAILED: they could not be read; a server without them is no trouble. */
export type RepliesStatus = 'LOADING' | 'READY' | 'FAILED';

/** The replies one may use, and the changes to one's own. */
export class Replies {
  private readonly list = signal<readonly ReplyView[]>([]);
  private readonly at = signal<RepliesStatus>('LOADING');

  get items(): ReadonlySignal<readonly ReplyView[]> {
    return this.list;
  }

  get status(): ReadonlySignal<RepliesStatus> {
    return this.at;
  }

  /** Reads them; those before serve meanwhile, and go on serving when that fails. */
  async load(): Promise<void> {
    try {
      this.list.value = await all<ReplyView>('/canned-replies');
      this.at.value = 'READY';
    } catch {
      if (this.at.peek() === 'LOADING') this.at.value = 'FAILED';
    }
  }

  async save(reply: ReplyView | null, values: { shortcut: string; body: string; language: string }): Promise<void> {
    if (reply === null) await call('POST', '/canned-replies', { ...values, shared: false });
    else await call('PATCH', pathOf(reply), { ...values, version: reply.version });
    await this.load();
  }

  async remove(reply: ReplyView): Promise<void> {
    await call('DELETE', pathOf(reply));
    await this.load();
  }

  /** Another person's are not this person's. */
  forget(): void {
    this.list.value = [];
    this.at.value = 'LOADING';
  }
}

const pathOf = ({ id }: ReplyView) => `/canned-replies/${encodeURIComponent(id)}`;
