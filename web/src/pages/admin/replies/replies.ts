import { all, call } from '../../../lib/api';
import type { ReplyView } from '../../../lib/api.gen';

/** What a counsellor's page fills in a reply. */
export const PLACEHOLDERS = ['{visitor}', '{counsellor}', '{number}', '{line}'] as const;

/** Whose replies are shown: everybody's, or one's own. */
export const SCOPES = ['shared', 'own'] as const;
export type Scope = (typeof SCOPES)[number];

export const scopeOf = (name: string | undefined): Scope => SCOPES.find((each) => each === name) ?? 'shared';

/** What of a reply its form edits. */
export type ReplyValues = Pick<ReplyView, 'shortcut' | 'body' | 'language'>;

export const valuesOf = ({ shortcut, body, language }: ReplyView): ReplyValues => ({ shortcut, body, language });

const SHORTCUT = /^[\p{L}\p{N}_-]+$/u;

/** Whether it is made of what the server takes. */
export const isShortcut = (typed: string): boolean => SHORTCUT.test(typed.trim());

/** As the server takes it. */
export function patch({ shortcut, body, language }: Partial<ReplyValues>): Partial<ReplyValues> {
  return {
    ...(shortcut !== undefined && { shortcut: shortcut.trim() }),
    ...(body !== undefined && { body: body.trim() }),
    ...(language !== undefined && { language }),
  };
}

export const readReplies = (scope: Scope) => all<ReplyView>(`/canned-replies?shared=${scope === 'shared'}`);

export const makeReply = (scope: Scope, values: ReplyValues) =>
  call<unknown>('POST', '/canned-replies', { shared: scope === 'shared', ...patch(values) });

export const editReply = (id: string, changes: Partial<ReplyValues>, version: number) =>
  call<unknown>('PATCH', `/canned-replies/${encodeURIComponent(id)}`, { version, ...patch(changes) });

export const removeReply = (id: string, version: number) =>
  call<unknown>('DELETE', `/canned-replies/${encodeURIComponent(id)}`, { version });
