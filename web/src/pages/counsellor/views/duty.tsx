import { useState } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { GIVEN, REASONS, reasonText } from '../../../ui/reason';
import type { Alerts } from '../alerts';
import type { Workplace } from '../workplace';
import { Key, keyOf } from './key';

/** Open or paused, and why. */
export function Duty({ workplace, alerts }: { workplace: Workplace; alerts: Alerts }) {
  const { mine, connection, rings } = workplace.state.value;
  const [reason, setReason] = useState<string>(REASONS[0]);
  const off = connection !== 'OPEN';
  const given = mine?.intent === 'PAUSED' && GIVEN.find((each) => each === mine.reason);
  return (
    <section class="duty" aria-label={t('admin.intent')}>
      <p class="intent" data-intent={mine?.intent} role="status">
        <strong data-testid="intent" data-intent={mine?.intent ?? ''}>
          {mine ? t(`counsellor.intent.${mine.intent}`) : t('counsellor.intent.unknown')}
        </strong>
        {mine?.reason && !given && <span> · {reasonText(mine.reason)}</span>}
        {mine && <span class="hint">{t(`counsellor.activity.${mine.activity}`)}</span>}
      </p>
      {given && (
        <p class="missed" role="alert">
          {t(`counsellor.reason.${given}`)}
        </p>
      )}
      <div class="duty-buttons">
        <button
          type="button"
          class={mine?.intent === 'OPEN' ? '' : 'primary'}
          data-testid="open"
          data-place="DUTY"
          aria-pressed={mine?.intent === 'OPEN'}
          disabled={off}
          {...keyOf('DUTY')}
          onClick={() => workplace.open()}
        >
          {t('counsellor.open')}
          {mine?.intent !== 'OPEN' && <Key of="DUTY" />}
        </button>
        <button
          type="button"
          data-testid="pause"
          aria-pressed={mine?.intent === 'PAUSED'}
          disabled={off}
          {...keyOf('DUTY')}
          onClick={() => workplace.pause(reason)}
        >
          {t('counsellor.pause')}
          {mine?.intent === 'OPEN' && <Key of="DUTY" />}
        </button>
        <label>
          <span class="sr-only">{t('counsellor.pause.reason')}</span>
          <select
            value={reason}
            data-testid="pause-reason"
            onChange={(event) => {
              setReason(event.currentTarget.value);
              if (mine?.intent === 'PAUSED') workplace.pause(event.currentTarget.value);
            }}
          >
            {REASONS.map((each) => (
              <option key={each} value={each}>
                {t(`counsellor.reason.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {/* Out of the way while it rings; its place stays, so that nothing moves under a hand. */}
      <div class={rings.length > 0 ? 'hushed' : undefined}>
        <AlertHints alerts={alerts} />
      </div>
    </section>
  );
}

/** What would help to be heard. */
function AlertHints({ alerts }: { alerts: Alerts }) {
  if (alerts.permission.value === 'ASK') {
    return (
      <div class="alert-hint" data-testid="alerts-ask">
        <p>{t('counsellor.alerts.ask')}</p>
        <button type="button" class="small" data-testid="alerts-on" onClick={() => void alerts.ask()}>
          {t('counsellor.alerts.on')}
        </button>
        <button type="button" class="small quiet" data-testid="alerts-later" onClick={() => alerts.later()}>
          {t('counsellor.alerts.later')}
        </button>
      </div>
    );
  }
  return alerts.audible.value ? null : <p class="alert-hint hint">{t('counsellor.alerts.mute')}</p>;
}
