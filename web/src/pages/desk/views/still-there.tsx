import { useRef } from 'preact/hooks';

import { t } from '../../../lib/i18n';
import { useNow } from '../../../lib/ticker';
import { useModal } from '../../../ui/modal';
import type { Warning } from '../idle';

interface Props {
  warning: Warning;
  onHere(): void;
  onLeave(): void;
}

/** Asks whether anybody is still there, and counts down to what happens otherwise. */
export function StillThere({ warning, onHere, onLeave }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const now = useNow();
  useModal(dialog);
  const seconds = Math.max(0, Math.ceil((warning.until - now.value) / 1000));
  return (
    <dialog
      ref={dialog}
      class="confirm still-there"
      aria-labelledby="still-there"
      data-testid="still-there"
      onCancel={(event) => {
        event.preventDefault();
        onHere();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onHere();
      }}
    >
      <h2 id="still-there">{t('desk.idle.title')}</h2>
      <p class="countdown" aria-hidden="true" data-testid="countdown" data-left={seconds}>
        {seconds}
      </p>
      {/* Without the seconds: read aloud every second, they would leave no time to hear anything else. */}
      <p role="alert">{t(`desk.idle.${warning.then}`)}</p>
      <button type="button" class="primary huge" data-testid="still-here" onClick={onHere}>
        {t('desk.idle.here')}
      </button>
      <button type="button" class="quiet" data-testid="leave-now" onClick={onLeave}>
        {t('desk.idle.leave')}
      </button>
    </dialog>
  );
}
