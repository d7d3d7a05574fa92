import { useState } from 'preact/hooks';

import type { OwnDayView } from '../../../lib/api.gen';
import { duration, shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { serverNow } from '../../../lib/moment';
import type { One } from '../../../lib/one';
import type { LineInfo, LineLoad } from '../../../lib/protocol.gen';
import { useNow } from '../../../lib/ticker';
import { lineName } from '../../../lib/busy';
import type { Workplace } from '../workplace';

/** The lines this counsellor serves, each with who waits and how long. */
export function Lines({ workplace, lines }: { workplace: Workplace; lines: readonly LineInfo[] }) {
  const { queue } = workplace.state.value;
  const languages = new Set(lines.map(({ language }) => language));
  return (
    <section class="lines" aria-labelledby="lines-head">
      <h2 id="lines-head">{t('counsellor.lines')}</h2>
      {lines.length === 0 && <p class="hint">{t('counsellor.lines.none')}</p>}
      {lines.length > 0 && (
        <table>
          <thead>
            <tr>
              <th class="sr-only">{t('admin.line')}</th>
              <th class="figure">{t('counsellor.line.waiting')}</th>
              <th class="figure">{t('counsellor.line.longest')}</th>
              <th class="figure">{t('counsellor.line.open')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line
                key={`${line.topic} ${line.language}`}
                line={line}
                tellsLanguage={languages.size > 1}
                load={queue.find((load) => load.line === line.topic && load.language === line.language)}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

interface LineProps {
  line: LineInfo;
  tellsLanguage: boolean;
  load: LineLoad | undefined;
}

function Line({ line, tellsLanguage, load }: LineProps) {
  const waiting = load?.waiting ?? 0;
  return (
    <tr data-testid={`load-${line.topic}`} class={waiting > 0 ? 'waits' : ''}>
      <th scope="row">
        {lineName(line)} {tellsLanguage && <small>{line.language}</small>}
        {!line.open && <small>{t('desk.line.closed')}</small>}
      </th>
      <td class="figure">{waiting}</td>
      <td class="figure">
        {load && waiting > 0 ? <Longest key={`${waiting} ${load.longest_s}`} longest_s={load.longest_s} /> : '–'}
      </td>
      <td class="figure">{load?.open ?? 0}</td>
    </tr>
  );
}

/** `queue` comes on change only; between two of them the longest wait runs on here. */
function Longest({ longest_s }: { longest_s: number }) {
  const now = useNow();
  const [since] = useState(() => serverNow() - longest_s * 1000);
  return <>{duration(since, Math.max(now.value, since))}</>;
}

/** One's own figures of today. A server that does not tell them leaves dashes. */
export function TodayFigures({ today }: { today: One<OwnDayView> }) {
  const state = today.state.value;
  const figures = state.status === 'READY' ? state.item : null;
  const whole = (value: number | undefined) => value ?? '–';
  return (
    <section class="today" aria-labelledby="today-head" data-testid="today">
      <h2 id="today-head">{t('counsellor.today')}</h2>
      <dl>
        <Figure name={t('counsellor.today.talks')} value={whole(figures?.talks)} />
        <Figure name={t('counsellor.today.talk_s')} value={shortDuration(rounded(figures?.talk_s_mean))} />
        <Figure name={t('counsellor.today.wrap_up_s')} value={shortDuration(rounded(figures?.wrap_up_s_mean))} />
        <Figure name={t('counsellor.today.rating')} value={figures?.rating_mean?.toFixed(1) ?? '–'} />
        <Figure name={t('counsellor.today.declined')} value={whole(figures?.declined)} />
        <Figure name={t('counsellor.today.missed')} value={whole(figures?.missed)} />
      </dl>
    </section>
  );
}

const rounded = (seconds: number | null | undefined) => (seconds == null ? null : Math.round(seconds));

function Figure({ name, value }: { name: string; value: string | number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figure">{value}</dd>
    </div>
  );
}
