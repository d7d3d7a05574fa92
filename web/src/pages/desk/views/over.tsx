import { useRef, useState } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { useNow } from '../../../lib/ticker';
import type { EndReason } from '../../../lib/protocol.gen';
import type { Over } from '../state';
import { WIPE_S } from '../visit';

const SCORES = [1, 2, 3, 4, 5] as const;

/** How long until this screen forgets everything. */
function WipeNote() {
  const now = useNow();
  const [since] = useState(() => Date.now());
  const left = Math.max(0, WIPE_S - Math.floor((now.value - since) / 1000));
  return <p class="hint">{t('desk.wipe.note', { seconds: left })}</p>;
}

interface EndedProps {
  reason: EndReason;
  rated: boolean;
  onConsider(score: number, comment: string): void;
  onRate(): void;
  onSkip(): void;
}

export function Ended({ reason, rated, onConsider, onRate, onSkip }: EndedProps) {
  const [score, setScore] = useState<number | null>(null);
  const comment = useRef('');
  if (rated) {
    return (
      <section class="card stack wide centred">
        <div role="status">
        <h1>{t('desk.rate.thanks')}</h1>
      </div>
        <button type="button" class="quiet" data-testid="rate-skip" onClick={onSkip}>
          {t('desk.again')}
        </button>
      </section>
    );
  }
  return (
    <form
      class="card stack wide centred"
      autocomplete="off"
      data-testid="ended"
      onSubmit={(event) => {
        event.preventDefault();
        onRate();
      }}
    >
      <div role="status">
        <h1>{t('desk.ended.title')}</h1>
      </div>
      <p>{t(`desk.ended.${reason}`)}</p>
      <fieldset class="scores">
        <legend>{t('desk.rate.question')}</legend>
        {SCORES.map((each) => (
          <button
            key={each}
            type="button"
            data-testid={`rate-${each}`}
            aria-pressed={score === each}
            onClick={() => {
              setScore(each);
              onConsider(each, comment.current);
            }}
          >
            <strong aria-hidden="true">{each}</strong>
            <span>{t(`desk.rate.${each}`)}</span>
          </button>
        ))}
      </fieldset>
      {score !== null && (
        <>
          <label class="field">
            <span>
              {t('desk.rate.comment')} <small>({t('common.optional')})</small>
            </span>
            <textarea
              rows={3}
              maxLength={500}
              autocomplete="off"
              data-testid="rate-comment"
              onInput={(event) => {
                comment.current = event.currentTarget.value;
                onConsider(score, comment.current);
              }}
            />
          </label>
          <button class="primary huge" data-testid="rate-send">
            {t('desk.rate.send')}
          </button>
        </>
      )}
      <button type="button" class="quiet" data-testid="rate-skip" onClick={onSkip}>
        {t('desk.rate.skip')}
      </button>
      <WipeNote />
    </form>
  );
}

export function Closed({ reason, next, onAgain }: { reason: Over; next: string | null; onAgain(): void }) {
  return (
    <section class="card stack wide centred">
      <h1>{t(reason === 'NOT_ALLOWED' ? 'desk.closed.title.NOT_ALLOWED' : 'desk.closed.title')}</h1>
      <p role="status" data-testid="closed-reason" data-reason={reason}>
        {t(`desk.closed.${reason}`)}
      </p>
      {next && (
        <div class="next">
          <h2>{t('desk.closed.next')}</h2>
          <p>{next}</p>
        </div>
      )}
      <button type="button" class="primary huge" data-testid="again" onClick={onAgain}>
        {t('desk.again')}
      </button>
      <WipeNote />
    </section>
  );
}

export function Elsewhere({ onAgain }: { onAgain(): void }) {
  return (
    <section class="card stack wide centred" data-testid="elsewhere">
      <div role="status">
        <h1>{t('desk.elsewhere.title')}</h1>
      </div>
      <p>{t('desk.elsewhere.detail')}</p>
      <button type="button" class="quiet" data-testid="again" onClick={onAgain}>
        {t('desk.again')}
      </button>
    </section>
  );
}
