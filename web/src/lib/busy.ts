import type { OfficeLine } from './api.gen';
import { range } from './format';
import { language, t } from './i18n';
import { day, inOffice } from './office';
import type { LineInfo } from './protocol.gen';

/** What a line is called in the page's language; the list of lines knows both, whatever is spoken there. */
export function lineName(line: { name: string; name_en?: string }): string {
  return (language.value === 'en' && line.name_en) || line.name;
}

/** `대기 3명` */
export function waitingText(waiting: number): string {
  if (waiting === 0) return t('office.waiting.none');
  return t(waiting === 1 ? 'office.waiting.one' : 'office.waiting', { count: waiting });
}

/** How long somebody who asks now would wait; null where nothing honest can be said. */
export function rangeText({ ahead_s }: Pick<OfficeLine, 'ahead_s'>): string | null {
  return ahead_s && t('office.range', { range: range(ahead_s) });
}

/** When a closed line opens: `오늘 13:00에 시작`, by the office's clock. */
export function opensText(opens_at: string | null, now = Date.now()): string {
  if (!opens_at) return t('office.closed');
  const locale = language.value === 'ko' ? 'ko-KR' : 'en-GB';
  const opens = day(0, Date.parse(opens_at));
  const time = inOffice(opens_at, locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  if (opens === day(0, now)) return t('office.opens.today', { time });
  if (opens === day(1, now)) return t('office.opens.tomorrow', { time });
  return t('office.opens.day', { day: inOffice(opens_at, locale, { weekday: 'long' }), time });
}

/** A line one may choose, and how it is doing where that is known. */
export interface Choice {
  line: LineInfo;
  load: OfficeLine | null;
  open: boolean;
}

/** One line a topic: in the wanted language where there is one. The live figures outrank the list, which is older. */
export function choices(
  items: readonly LineInfo[],
  live: readonly OfficeLine[] | undefined,
  wanted: string,
): Choice[] {
  const chosen = new Map<string, LineInfo>();
  for (const line of items.length > 0 ? items : (live ?? [])) {
    const before = chosen.get(line.topic);
    if (!before || (before.language !== wanted && line.language === wanted)) chosen.set(line.topic, line);
  }
  return [...chosen.values()].map((line) => {
    const load = live?.find(({ topic, language: spoken }) => topic === line.topic && spoken === line.language) ?? null;
    return { line, load, open: load?.open ?? line.open };
  });
}
