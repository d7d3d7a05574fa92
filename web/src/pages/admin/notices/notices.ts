import { all, call } from '../../../lib/api';
import type { NewPost, PostView } from '../../../lib/api.gen';
import { fromField, toField } from '../../../lib/office-fields';

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

export const valuesOf = ({ language, title, body, order, from, until }: PostView): NoticeValues => ({
  language,
  title,
  body,
  order: String(order),
  from: toField(from),
  until: toField(until),
});

/** As the server takes it. */
export function patch({ language, title, body, order, from, until }: Partial<NoticeValues>): Partial<NewPost> {
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
export function stateOf({ from, until }: PostView, now = Date.now()): NoticeState {
  if (from !== null && now < Date.parse(from)) return 'LATER';
  return until !== null && now >= Date.parse(until) ? 'OVER' : 'SHOWN';
}

export const readNotices = () => all<PostView>('/posts?kind=NOTICE&all=true');

export const makeNotice = (values: NoticeValues) => call<unknown>('POST', '/posts', { kind: 'NOTICE', ...patch(values) });

export const editNotice = (id: string, changes: Partial<NoticeValues>, version: number) =>
  call<unknown>('PATCH', `/posts/${encodeURIComponent(id)}`, { version, ...patch(changes) });

export const removeNotice = (id: string, version: number) =>
  call<unknown>('DELETE', `/posts/${encodeURIComponent(id)}`, { version });
