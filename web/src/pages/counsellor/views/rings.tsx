import { duration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { useNow } from '../../../lib/ticker';
import { topicShown } from '../lines';
import type { Ring } from '../state';
import type { Workplace } from '../workplace';
import { Key, keyOf } from './key';

/** Offers, each with the seconds left to answer it. They lie over the conversation and take no room from it. */
export function Rings({ workplace }: { workplace: Workplace }) {
  const state = workplace.state.value;
  return (
    <div class="rings" aria-live="assertive">
      {state.rings.map((ring, index) => (
        <Offer
          key={ring.offer}
          ring={ring}
          name={topicShown(state, ring.line)}
          // The keys answer the first one that is not answered yet.
          hasKeys={state.rings.findIndex(({ answered }) => !answered) === index}
          workplace={workplace}
        />
      ))}
    </div>
  );
}

interface OfferProps {
  ring: Ring;
  name: string;
  hasKeys: boolean;
  workplace: Workplace;
}

function Offer({ ring, name, hasKeys, workplace }: OfferProps) {
  const { transfer } = ring;
  return (
    <section class="card offer" data-testid="offer" data-offer={ring.offer} role="group">
      <div class="offer-head">
        <h2>{transfer ? t('counsellor.offer.from', { name: transfer.from }) : t('counsellor.offer.title')}</h2>
        {!ring.answered && ring.deadline !== null && <Countdown deadline={ring.deadline} from={ring.came_at} />}
      </div>
      <p class="offer-number">
        <strong data-testid="offer-number">{ring.number}</strong>
        <span>
          <bdi>{ring.nickname || t('counsellor.offer.nobody')}</bdi>
          <small>
            {name} · <Waited ring={ring} />
          </small>
        </span>
      </p>
      {ring.note && (
        <p class="offer-note" dir="auto">
          {ring.note}
        </p>
      )}
      {transfer && (
        <p class="offer-note handed" data-testid="offer-transfer">
          <small>{t('counsellor.offer.said', { count: transfer.messages })}</small>
          {transfer.note && <span dir="auto">{transfer.note}</span>}
        </p>
      )}
      {ring.answered ? (
        <p role="status">{t('counsellor.accepting')}</p>
      ) : (
        <div class="actions">
          <button
            type="button"
            data-testid="decline"
            {...keyOf('DECLINE')}
            onClick={() => workplace.decline(ring.offer)}
          >
            {t('counsellor.decline')} {hasKeys && <Key of="DECLINE" />}
          </button>
          <button
            type="button"
            class="primary"
            data-testid="accept"
            {...keyOf('ACCEPT')}
            onClick={() => workplace.accept(ring.offer)}
          >
            {t('counsellor.accept')} {hasKeys && <Key of="ACCEPT" />}
          </button>
        </div>
      )}
    </section>
  );
}

function Waited({ ring }: { ring: Ring }) {
  const now = useNow();
  const waited = duration(ring.came_at - ring.waited_s * 1000, Math.max(now.value, ring.came_at));
  return <span aria-live="off">{t('counsellor.offer.waited', { duration: waited })}</span>;
}

function Countdown({ deadline, from }: { deadline: number; from: number }) {
  const now = useNow();
  // The shared second may have begun before the offer came.
  const at = Math.max(now.value, from);
  const left = Math.max(0, Math.ceil((deadline - at) / 1000));
  return (
    <span class="countdown" data-testid="countdown" data-left={left} role="timer" aria-live="off">
      <progress max={deadline - from} value={Math.max(0, deadline - at)} aria-hidden="true" />
      {t('counsellor.offer.left', { seconds: left })}
    </span>
  );
}
