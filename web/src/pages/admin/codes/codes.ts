import { all, call } from '../../../lib/api';
import type { CodeRecord, CodeView, NewCode } from '../../../lib/api.gen';

/** The groups the server and the pages know. */
export const GROUPS = ['RESULT', 'TOPIC', 'LANGUAGE', 'PAUSE_REASON'] as const;
export type Group = (typeof GROUPS)[number];

export const groupOf = (name: string | undefined): Group => GROUPS.find((each) => each === name) ?? 'RESULT';

/** A code kept as data, as those who manage it see it. */
export type CodeRow = CodeView & Required<CodeRecord>;

/** What of a code its form edits. */
export interface CodeValues {
  code: string;
  value: string;
  value_en: string;
  order: string;
  in_use: boolean;
}

export const valuesOf = ({ code, value, value_en, order, in_use }: CodeRow): CodeValues => ({
  code,
  value,
  value_en,
  order: String(order),
  in_use,
});

/** As the server takes it. */
export function patch({ code, value, value_en, order, in_use }: Partial<CodeValues>): Partial<NewCode> {
  return {
    ...(code !== undefined && { code: code.trim() }),
    ...(value !== undefined && { value: value.trim() }),
    ...(value_en !== undefined && { value_en: value_en.trim() }),
    ...(order !== undefined && { order: Number(order) }),
    ...(in_use !== undefined && { in_use }),
  };
}

export async function readCodes(group: Group): Promise<CodeRow[]> {
  const codes = await all<CodeRow>(`/codes?group=${group}&all=true`);
  return codes.filter(({ deleted }) => !deleted).toSorted((a, b) => a.order - b.order || a.seq - b.seq);
}

export const makeCode = (group: Group, values: CodeValues) => call<unknown>('POST', '/codes', { group, ...patch(values) });

export const editCode = (seq: number, changes: Partial<CodeValues>, version: number) =>
  call<unknown>('PATCH', `/codes/${seq}`, { version, ...patch(changes) });

export const removeCode = (seq: number, version: number) => call<unknown>('DELETE', `/codes/${seq}`, { version });
