import { NEW_LINE } from '../../../lib/bounds.gen';
import { t } from '../../../lib/i18n';
import { badDay, DAYS, reduce, type Day, type Span, type Week, type WeekAction } from './hours';

interface Props {
  week: Week;
  disabled: boolean;
  fault?: string | undefined;
  onChange(week: Week): void;
}

/** When a line is open, by weekday, in the office's time. */
export function HoursEditor({ week, disabled, fault, onChange }: Props) {
  const act = (action: WeekAction) => onChange(reduce(week, action));
  const bad = badDay(week);
  return (
    <fieldset class="hours" disabled={disabled} data-testid="hours">
      <legend>{t('hours.title')}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={week.always}
          data-testid="hours-always"
          onChange={(event) => act({ type: 'always', always: event.currentTarget.checked })}
        />
        <span>{t('hours.always')}</span>
      </label>
      {!week.always && (
        <>
          <ul>
            {DAYS.map((day) => (
              <DayRow key={day} day={day} spans={week.days[day]} isBad={bad === day} act={act} />
            ))}
          </ul>
          <button type="button" data-testid="hours-spread" onClick={() => act({ type: 'spread' })}>
            {t('hours.spread')}
          </button>
          <small>{t('hours.hint')}</small>
        </>
      )}
      {fault && (
        <p class="trouble" role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

interface DayProps {
  day: Day;
  spans: readonly Span[];
  isBad: boolean;
  act(action: WeekAction): void;
}

function DayRow({ day, spans, isBad, act }: DayProps) {
  const name = t(`hours.${day}`);
  return (
    <li data-testid={`hours-${day}`}>
      <span class="day">{name}</span>
      <div class="spans">
        {spans.length === 0 && <small>{t('hours.closed')}</small>}
        {spans.map((span, index) => (
          <span class="span" key={index}>
            <input
              type="time"
              value={span.from}
              aria-label={t('hours.from', { day: name })}
              aria-invalid={isBad}
              onInput={(event) => act({ type: 'changed', day, index, span: { from: event.currentTarget.value } })}
            />
            –
            <input
              type="time"
              value={span.to}
              aria-label={t('hours.to', { day: name })}
              aria-invalid={isBad}
              onInput={(event) => act({ type: 'changed', day, index, span: { to: event.currentTarget.value } })}
            />
            <button
              type="button"
              class="quiet"
              aria-label={t('hours.remove', { day: name })}
              onClick={() => act({ type: 'removed', day, index })}
            >
              ✕
            </button>
          </span>
        ))}
        {spans.length < NEW_LINE.hours.items_max && (
          <button
            type="button"
            class="quiet"
            data-testid={`hours-${day}-add`}
            aria-label={t('hours.add', { day: name })}
            onClick={() => act({ type: 'added', day })}
          >
            ＋
          </button>
        )}
      </div>
    </li>
  );
}
