import { all, call } from '../../../lib/api';

/** Longest the server takes. */
export const SHORTCUT_CHARS_MAX = 30;
export const BODY_CHARS_MAX = 2_000;

/** What a counsellor's page fills in a reply. */
export const PLACEHOLDERS = ['{visitor}', '{counsellor}', '{number}', '{line}'] as const;

/** Whose replies are shown: everybody's, or one's own. */
export const SCOPES = ['shared', 'own'] as const;
export type Scope = (typeof SCOPES)[number];

export const scopeOf = (name: string | undefined): Scope => SCOPES.find((each) => each === name) ?? 'shared';

/** A text at hand. */
export interface ReplyRow {
  id: string;
  shortcut: string;
  body: string;
  language: string;
  shared: boolean;
  mine: boolean;
  version: number;
}

/** What of a reply its form edits. */
export interface ReplyValues {
  shortcut: string;
  body: string;
  language: string;
}

export const valuesOf = ({ shortcut, body, language }: ReplyRow): ReplyValues => ({ shortcut, body, language });

const SHORTCUT = /^[\p{L}\p{N}_-]+$/u;

/** Whether it is made of what the server takes. */
export const isShortcut = (typed: string): boolean => SHORTCUT.test(typed.trim());

/** As the server takes it. */
export function patch({ shortcut, body, language }: Partial<ReplyValues>): Record<string, unknown> {
  return {
    ...(shortcut !== undefined && { shortcut: shortcut.trim() }),
    ...(body !== undefined && { body: body.trim() }),
    ...(language !== undefined && { language }),
  };
}

export const readReplies = (scope: Scope) => all<ReplyRow>(`/canned-replies?shared=${scope === 'shared'}`);

export const makeReply = (scope: Scope, values: ReplyValues) =>
  call<unknown>('POST', '/canned-replies', { shared: scope === 'shared', ...patch(values) });

export const editReply = (id: string, changes: Partial<ReplyValues>, version: number) =>
  call<unknown>('PATCH', `/canned-replies/${encodeURIComponent(id)}`, { version, ...patch(changes) });

export const removeReply = (id: string, version: number) =>
  call<unknown>('DELETE', `/canned-replies/${encodeURIComponent(id)}`, { version });
