import { useEffect, useRef, useState } from 'preact/hooks';

import { t, type TextKey } from '../../../lib/i18n';
import { goesToLong, LongLine, longMarks } from '../../../ui/long';
import type { Over, Stage } from '../state';
import { COMMENT_CHARS_MAX } from '../visit';

const SCORES = [1, 2, 3, 4, 5] as const;

interface EndedProps {
  stage: Extract<Stage, { at: 'ENDED' }>;
  onConsider(score: number, comment: string): void;
  onRate(): void;
  onSkip(): void;
}

export function Ended({ stage, onConsider, onRate, onSkip }: EndedProps) {
  const [score, setScore] = useState<number | null>(null);
  const [comment, setComment] = useState('');
  const send = useRef<HTMLButtonElement>(null);
  useEffect(() => send.current?.scrollIntoView({ block: 'nearest' }), [score]);
  if (stage.rated) return <Thanks onAgain={onSkip} />;
  return (
    <form
      class="screen card stack centred"
      autocomplete="off"
      data-testid="ended"
      data-reason={stage.reason}
      onSubmit={(event) => {
        event.preventDefault();
        if (!goesToLong(event.currentTarget)) onRate();
      }}
    >
      <div role="status">
        <h1 tabIndex={-1}>{t('desk.ended.title')}</h1>
        <p class="lead">{t(`desk.ended.${stage.reason}`)}</p>
      </div>
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
              onConsider(each, comment);
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
              value={comment}
              autocomplete="off"
              {...longMarks('comment-long', comment, COMMENT_CHARS_MAX)}
              data-testid="rate-comment"
              onInput={(event) => {
                setComment(event.currentTarget.value);
                onConsider(score, event.currentTarget.value);
              }}
            />
            <LongLine id="comment-long" text={comment} max={COMMENT_CHARS_MAX} testid="comment-long" />
          </label>
          <button ref={send} class="primary huge" data-testid="rate-send">
            {t('desk.rate.send')}
          </button>
        </>
      )}
      <button type="button" class="quiet" data-testid="rate-skip" onClick={onSkip}>
        {t('desk.rate.skip')}
      </button>
    </form>
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

export function Elsewhere({ onAgain }: { onAgain(): void }) {
  return (
    <section class="screen card stack centred" data-testid="elsewhere">
      <div role="status">
        <h1 tabIndex={-1}>{t('desk.elsewhere.title')}</h1>
      </div>
      <p class="lead">{t('desk.elsewhere.detail')}</p>
      <button type="button" class="quiet" data-testid="again" onClick={onAgain}>
        {t('desk.again')}
      </button>
    </section>
  );
}
