import { call, withQuery } from '../../lib/api';
import type { Colleague, ConsultationView, ConsultationWhole, LineView, OfficeLine, OfficeView, OwnDayView, Page } from '../../lib/api.gen';
import type { LineInfo } from '../../lib/protocol.gen';

/** What one's history is narrowed to. */
export interface PastFilter {
  readonly counsellor: string;
  readonly q: string;
}

const LIMIT = 30;
/** A shorter text is not searched. */
export const Q_CHARS_MIN = 2;

export const readPast = ({ counsellor, q }: PastFilter, after: string | null) =>
  call<Page<ConsultationView>>('GET', withQuery('/consultations', { counsellor, q, limit: LIMIT, after }));

export const readTalk = (id: string) => call<ConsultationWhole>('GET', `/consultations/${encodeURIComponent(id)}`);

/** The talks of a counsellor that are not done yet. */
export async function readPresent(counsellor: string): Promise<readonly ConsultationView[]> {
  const read = (status: string) => call<Page<ConsultationView>>('GET', withQuery('/consultations', { counsellor, status }));
  const pages = await Promise.all([read('TALKING'), read('WRAP_UP')]);
  return pages.flatMap(({ items }) => items);
}

/** What is on file of how a talk of one's own went; null where it is not among the last ones. */
export async function readWritten(counsellor: string, number: string): Promise<Pick<ConsultationView, 'result_code' | 'memo'> | null> {
  const { items } = await readPast({ counsellor, q: '' }, null);
  return items.find((talk) => talk.number === number) ?? null;
}

export const readToday = () => call<OwnDayView>('GET', '/stats/mine');

/** A line as anybody may know it; without the office's view of it, who waits is unknown. */
export type LineChoosable = LineInfo & Partial<Pick<OfficeLine, 'waiting'>>;

export const readColleagues = async () => (await call<Page<Colleague>>('GET', '/colleagues')).items;

/** All lines, with who waits where this server tells it. */
export async function readLines(): Promise<LineChoosable[]> {
  try {
    return (await call<OfficeView>('GET', '/office')).lines;
  } catch {
    return (await call<Page<LineView>>('GET', '/lines')).items;
  }
}
