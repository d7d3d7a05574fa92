import { useEffect, useRef } from 'preact/hooks';

import { t, type TextKey } from '../../../lib/i18n';
import { NOTE_CHARS_MAX } from '../../../lib/protocol.gen';
import { goesToLong, LongLine, longMarks } from '../../../ui/long';
import type { Over, Stage } from '../state';

const SCORES = [1, 2, 3, 4, 5] as const;

interface EndedProps {
  stage: Extract<Stage, { at: 'ENDED' }>;
  onConsider(score: number, comment: string): void;
  onRate(): void;
  onSkip(): void;
}

export function Ended({ stage, onConsider, onRate, onSkip }: EndedProps) {
  const { phase, score, comment } = stage.rating;
  if (phase === 'DONE') return <Thanks onAgain={onSkip} />;
  const sending = phase === 'SENDING';
  return (
    <form
      class="screen card stack centred"
      autocomplete="off"
      data-testid="ended"
      data-reason={stage.reason}
      onSubmit={(event) => {
        event.preventDefault();
        if (!sending && !goesToLong(event.currentTarget)) onRate();
      }}
    >
      <div role="status">
        <h1 tabIndex={-1}>{t('desk.ended.title')}</h1>
        <p class="lead">{t(`desk.ended.${stage.reason}`)}</p>
      </div>
      {phase === 'LATE' ? (
        <p class="notice" role="status" data-testid="rate-late">
          {t('desk.rate.late')}
        </p>
      ) : (
        <Scores score={score} comment={comment} sending={sending} onConsider={onConsider} />
      )}
      <button type="button" class={phase === 'LATE' ? 'primary huge' : 'quiet'} data-testid="rate-skip" onClick={onSkip}>
        {t(phase === 'OPEN' ? 'desk.rate.skip' : 'desk.again')}
      </button>
    </form>
  );
}

interface ScoresProps {
  score: number | null;
  comment: string;
  /** Given, and not known to be on file: nothing may be changed any more. */
  sending: boolean;
  onConsider(score: number, comment: string): void;
}

function Scores({ score, comment, sending, onConsider }: ScoresProps) {
  const send = useRef<HTMLButtonElement>(null);
  useEffect(() => send.current?.scrollIntoView({ block: 'nearest' }), [score]);
  return (
    <>
      <fieldset class="scores" disabled={sending}>
        <legend>{t('desk.rate.question')}</legend>
        {SCORES.map((each) => (
          <button
            key={each}
            type="button"
            data-testid={`rate-${each}`}
            aria-pressed={score === each}
            onClick={() => onConsider(each, comment)}
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
              value={comment}
              disabled={sending}
              autocomplete="off"
              {...longMarks('comment-long', comment, NOTE_CHARS_MAX)}
              data-testid="rate-comment"
              onInput={(event) => onConsider(score, event.currentTarget.value)}
            />
            <LongLine id="comment-long" text={comment} max={NOTE_CHARS_MAX} testid="comment-long" />
          </label>
          <button ref={send} class="primary huge" data-testid="rate-send" aria-disabled={sending ? 'true' : undefined}>
            {t(sending ? 'chat.sending' : 'desk.rate.send')}
          </button>
        </>
      )}
    </>
  );
}

function Thanks({ onAgain }: { onAgain(): void }) {
  return (
    <section class="screen card stack centred" data-testid="thanks">
      <div role="status">
        <h1 tabIndex={-1}>{t('desk.rate.thanks')}</h1>
        <p class="lead">{t('desk.rate.thanks.detail')}</p>
      </div>
      <button type="button" class="primary huge" data-testid="rate-skip" onClick={onAgain}>
        {t('desk.again')}
      </button>
    </section>
  );
}

/** Endings that say in their title what happened. */
const TITLES: Partial<Record<Over, TextKey>> = {
  NOT_ALLOWED: 'desk.closed.title.NOT_ALLOWED',
  FULL: 'desk.closed.title.FULL',
  CLOSED_HOURS: 'desk.closed.title.CLOSED_HOURS',
  UNSTAFFED: 'desk.closed.title.UNSTAFFED',
  CANCELLED: 'desk.closed.title.CANCELLED',
};

export function Closed({ reason, onAgain }: { reason: Over; onAgain(): void }) {
  return (
    <section class="screen card stack centred">
      <h1 tabIndex={-1}>{t(TITLES[reason] ?? 'desk.closed.title')}</h1>
      <p class="lead" role="status" data-testid="closed-reason" data-reason={reason}>
        {t(`desk.closed.${reason}`)}
      </p>
      <button type="button" class="primary huge" data-testid="again" onClick={onAgain}>
        {t('desk.again')}
      </button>
    </section>
  );
}

/** A newer window has the visit. It is taken back by hand only: two windows would take it from each other for ever. */
export function Elsewhere({ onTakeBack, onAgain }: { onTakeBack(): void; onAgain(): void }) {
  return (
    <section class="screen card stack centred" data-testid="elsewhere">
      <div role="status">
        <h1 tabIndex={-1}>{t('desk.elsewhere.title')}</h1>
      </div>
      <p class="lead">{t('desk.elsewhere.detail')}</p>
      <button type="button" class="primary huge" data-testid="take-over" onClick={onTakeBack}>
        {t('desk.elsewhere.take')}
      </button>
      <button type="button" class="quiet" data-testid="again" onClick={onAgain}>
        {t('desk.again')}
      </button>
    </section>
  );
}
