import { t } from '../../../lib/i18n';

interface Props {
  stage: 'NO_LINK' | 'LOST' | 'DEAD' | 'LEFT' | 'ELSEWHERE';
  again?: () => void;
}

/** A screen on which there is nothing to do but to read what to do. */
export function Note({ stage, again }: Props) {
  return (
    <section class="card stack centred" data-testid="guest-note" data-stage={stage}>
      <div role="status">
        <h1 tabIndex={-1}>{t(`room.note.${stage}`)}</h1>
      </div>
      <p class="lead">{t(`room.note.${stage}.detail`)}</p>
      {again && (
        <button type="button" class="primary" data-testid="note-again" onClick={again}>
          {t(stage === 'ELSEWHERE' ? 'room.elsewhere.take' : 'common.again')}
        </button>
      )}
    </section>
  );
}
