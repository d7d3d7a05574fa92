import { duration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { useNow } from '../../../lib/ticker';
import type { Ring } from '../state';
import type { Workplace } from '../workplace';

/** Offers, each with the seconds left to answer it. */
export function Rings({ workplace, names }: { workplace: Workplace; names: ReadonlyMap<string, string> }) {
  const { rings } = workplace.state.value;
  return (
    <div aria-live="assertive">
      {rings.map((ring) => (
        <Offer key={ring.offer} ring={ring} name={names.get(ring.line) ?? ring.line} workplace={workplace} />
      ))}
    </div>
  );
}

function Offer({ ring, name, workplace }: { ring: Ring; name: string; workplace: Workplace }) {
  return (
    <section class="card offer" data-testid="offer" data-offer={ring.offer} role="group">
      <div class="stack tight">
        <h2>{t('counsellor.offer.title')}</h2>
        <p class="offer-number">
          <strong data-testid="offer-number">{ring.number}</strong> <span>{name}</span>
        </p>
        <p>{ring.nickname || t('counsellor.offer.nobody')}</p>
        {ring.note && <p class="offer-note">{ring.note}</p>}
        <Waited ring={ring} />
      </div>
      {ring.answered ? (
        <p role="status">{t('counsellor.accepting')}</p>
      ) : (
        <div class="actions">
          {ring.deadline !== null && <Countdown deadline={ring.deadline} from={ring.came_at} />}
          <button type="button" data-testid="decline" onClick={() => workplace.decline(ring.offer)}>
            {t('counsellor.decline')}
          </button>
          <button type="button" class="primary" data-testid="accept" onClick={() => workplace.accept(ring.offer)}>
            {t('counsellor.accept')}
          </button>
        </div>
      )}
    </section>
  );
}

function Waited({ ring }: { ring: Ring }) {
  const now = useNow();
  const waited = duration(ring.came_at - ring.waited_s * 1000, now.value);
  return (
    <p class="hint" aria-live="off">
      {t('counsellor.offer.waited', { duration: waited })}
    </p>
  );
}

function Countdown({ deadline, from }: { deadline: number; from: number }) {
  const now = useNow();
  // The shared second may have begun before the offer came.
  const left = Math.max(0, Math.ceil((deadline - Math.max(now.value, from)) / 1000));
  return (
    <span class="countdown" data-testid="countdown" data-left={left} role="timer" aria-live="off">
      {t('counsellor.offer.left', { seconds: left })}
    </span>
  );
}
