import { useState } from 'preact/hooks';

import { duration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { useNow } from '../../../lib/ticker';
import type { LineInfo, LineLoad } from '../../../lib/protocol.gen';
import { REASONS, reasonText } from '../../../ui/reason';
import type { Workplace } from '../workplace';

/** Open or paused, and why. */
export function Duty({ workplace }: { workplace: Workplace }) {
  const { mine, connection } = workplace.state.value;
  const [reason, setReason] = useState<string>(REASONS[0]);
  const off = connection !== 'OPEN';
  const missed = mine?.intent === 'PAUSED' && mine.reason === 'MISSED';
  return (
    <section class="card stack duty">
      <p class="intent" data-intent={mine?.intent} role="status">
        <strong data-testid="intent" data-intent={mine?.intent ?? ''}>
          {mine ? t(`counsellor.intent.${mine.intent}`) : t('counsellor.intent.unknown')}
        </strong>
        {mine?.reason && !missed && <span> · {reasonText(mine.reason)}</span>}
        {mine && <span class="hint"> {t(`counsellor.activity.${mine.activity}`)}</span>}
      </p>
      {missed && <p role="alert">{t('counsellor.reason.MISSED')}</p>}
      <div class="duty-buttons">
        <button
          type="button"
          class={mine?.intent === 'OPEN' ? '' : 'primary'}
          data-testid="open"
          aria-pressed={mine?.intent === 'OPEN'}
          disabled={off}
          onClick={() => workplace.open()}
        >
          {t('counsellor.open')}
        </button>
        <button
          type="button"
          data-testid="pause"
          aria-pressed={mine?.intent === 'PAUSED'}
          disabled={off}
          onClick={() => workplace.pause(reason)}
        >
          {t('counsellor.pause')}
        </button>
        <label>
          <span class="sr-only">{t('counsellor.pause.reason')}</span>
          <select
            value={reason}
            data-testid="pause-reason"
            onChange={(event) => setReason(event.currentTarget.value)}
          >
            {REASONS.map((each) => (
              <option key={each} value={each}>
                {t(`counsellor.reason.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
    </section>
  );
}

/** The lines this counsellor serves, each with how busy it is. */
export function Lines({ workplace }: { workplace: Workplace }) {
  const { mine, queue } = workplace.state.value;
  const lines = mine?.lines ?? [];
  return (
    <section class="card stack">
      <h2>{t('counsellor.lines')}</h2>
      {mine && lines.length === 0 && <p class="hint">{t('counsellor.lines.none')}</p>}
      <ul class="stack">
        {lines.map((line) => (
          <Line
            key={`${line.topic} ${line.language}`}
            line={line}
            load={queue.find((load) => load.line === line.topic && load.language === line.language)}
          />
        ))}
      </ul>
    </section>
  );
}

function Line({ line, load }: { line: LineInfo; load: LineLoad | undefined }) {
  return (
    <li class="line-load" data-testid={`load-${line.topic}`}>
      <p>
        <strong>{line.name}</strong> <small>{line.language}</small>
        {!line.open && <small> · {t('desk.line.closed')}</small>}
      </p>
      <dl>
        <div>
          <dt>{t('counsellor.line.waiting')}</dt>
          <dd>{load?.waiting ?? 0}</dd>
        </div>
        <div>
          <dt>{t('counsellor.line.longest')}</dt>
          <dd>{load && load.waiting > 0 ? <Longest key={`${load.waiting} ${load.longest_s}`} longest_s={load.longest_s} /> : '–'}</dd>
        </div>
        <div>
          <dt>{t('counsellor.line.open')}</dt>
          <dd>{load?.open ?? 0}</dd>
        </div>
        <div>
          <dt>{t('counsellor.line.talking')}</dt>
          <dd>{load?.talking ?? 0}</dd>
        </div>
      </dl>
    </li>
  );
}

/** `queue` comes on change only; between two of them the longest wait runs on here. */
function Longest({ longest_s }: { longest_s: number }) {
  const now = useNow();
  const [since] = useState(() => Date.now() - longest_s * 1000);
  return <>{duration(since, Math.max(now.value, since))}</>;
}
