import { all, call } from '../../../lib/api';
import { fromField, toField } from '../../../lib/office-fields';

/** Longest the server takes. */
export const TITLE_CHARS_MAX = 80;
export const BODY_CHARS_MAX = 2_000;
export const ORDER_MAX = 9_999;

/** A notice. `from` and `until` bound when it is shown; null does not. */
export interface NoticeRow {
  id: string;
  kind: string;
  language: string;
  title: string;
  body: string;
  order: number;
  from: string | null;
  until: string | null;
  version: number;
}

/** What of a notice its form edits: moments and figures as they are typed. */
export interface NoticeValues {
  language: string;
  title: string;
  body: string;
  order: string;
  from: string;
  until: string;
}

export const usual = (order: number): NoticeValues => ({
  language: 'ko',
  title: '',
  body: '',
  order: String(order),
  from: '',
  until: '',
});

export const valuesOf = ({ language, title, body, order, from, until }: NoticeRow): NoticeValues => ({
  language,
  title,
  body,
  order: String(order),
  from: toField(from),
  until: toField(until),
});

/** As the server takes it. */
export function patch({ language, title, body, order, from, until }: Partial<NoticeValues>): Record<string, unknown> {
  return {
    ...(language !== undefined && { language }),
    ...(title !== undefined && { title: title.trim() }),
    ...(body !== undefined && { body: body.trim() }),
    ...(order !== undefined && { order: Number(order) }),
    ...(from !== undefined && { from: fromField(from) }),
    ...(until !== undefined && { until: fromField(until) }),
  };
}

export type NoticeState = 'SHOWN' | 'LATER' | 'OVER';

/** Whether people see it now. */
export function stateOf({ from, until }: NoticeRow, now = Date.now()): NoticeState {
  if (from !== null && now < Date.parse(from)) return 'LATER';
  return until !== null && now >= Date.parse(until) ? 'OVER' : 'SHOWN';
}

export const readNotices = () => all<NoticeRow>('/posts?kind=NOTICE&all=true');

export const makeNotice = (values: NoticeValues) => call<unknown>('POST', '/posts', { kind: 'NOTICE', ...patch(values) });

export const editNotice = (id: string, changes: Partial<NoticeValues>, version: number) =>
  call<unknown>('PATCH', `/posts/${encodeURIComponent(id)}`, { version, ...patch(changes) });

export const removeNotice = (id: string, version: number) =>
  call<unknown>('DELETE', `/posts/${encodeURIComponent(id)}`, { version });
