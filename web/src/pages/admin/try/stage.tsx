import { useEffect } from 'preact/hooks';

import type { RehearsalView, StepShown } from '../../../lib/api.gen';
import { language, t } from '../../../lib/i18n';
import { say } from '../../../lib/said';
import { isRunning, lasted, stoppedAt, STEPS, type Rehearsal } from './rehearsal';

/** What a glance tells of a step; its words are beside it for whoever cannot see it. */
const SIGNS = { WAITING: '○', RUNNING: '…', DONE: '✓', FAILED: '✕' } as const;

/** A rehearsed consultation: begun here, and each step as it goes. */
export function Stage({ rehearsal, onEnd }: { rehearsal: Rehearsal; onEnd(): void }) {
  const now = rehearsal.now.value;
  const trouble = rehearsal.trouble.value;
  const isUnderWay = rehearsal.begins.value || (now !== null && isRunning(now));
  const over = now !== null && !isRunning(now) ? now.id : null;
  useEffect(() => {
    if (over !== null) onEnd();
  }, [over]);
  return (
    <section class="card stack" aria-labelledby="try-rehearse" data-testid="rehearsal" data-state={now?.state}>
      <h3 id="try-rehearse">{t('try.rehearse.title')}</h3>
      <p>{t('try.rehearse.detail')}</p>
      <div class="actions">
        <button
          type="button"
          class="primary"
          disabled={isUnderWay}
          data-testid="rehearse"
          onClick={() => void rehearsal.begin()}
        >
          {t(over === null ? 'try.rehearse' : 'try.rehearse.again')}
        </button>
      </div>
      <p class="trouble" role="alert" data-testid="rehearsal-trouble">
        {trouble && say(trouble)}
      </p>
      <p role="status" class="try-outcome" data-testid="outcome">
        {now && outcome(now)}
      </p>
      {now && (
        <ol class="try-steps" aria-label={t('try.steps')}>
          {now.steps.map((step) => (
            <StepRow key={step.step} shown={step} />
          ))}
        </ol>
      )}
    </section>
  );
}

function StepRow({ shown: { step, state, ms, detail } }: { shown: StepShown }) {
  return (
    <li data-testid={`step-${step}`} data-state={state}>
      <span class="sign" role="img" aria-label={t(`try.state.${state}`)}>
        {SIGNS[state]}
      </span>
      <span class="words">{t(`try.step.${step}`)}</span>
      <span class="figure">{ms !== undefined && t('try.ms', { ms: ms.toLocaleString(language.value) })}</span>
      {state === 'FAILED' && (
        <div class="remedy">
          <p>{t(`try.remedy.${step}`)}</p>
          {detail && (
            <details class="raw">
              <summary>{t('try.detail')}</summary>
              <p>{detail}</p>
            </details>
          )}
        </div>
      )}
    </li>
  );
}

function outcome(now: RehearsalView): string {
  if (isRunning(now)) return t('try.rehearse.running');
  const stopped = stoppedAt(now);
  if (stopped) return t('try.rehearse.failed', { step: t(`try.step.${stopped.step}`) });
  if (now.state !== 'DONE') return t('try.rehearse.cancelled');
  const seconds = new Intl.NumberFormat(language.value, { style: 'unit', unit: 'second', maximumFractionDigits: 1 });
  return t('try.rehearse.done', { count: STEPS.length, duration: seconds.format(lasted(now) / 1000) });
}
