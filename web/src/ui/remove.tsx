import { useState } from 'preact/hooks';

import { t } from '../lib/i18n';
import { say, troubleOf, type Said } from '../lib/said';

interface Props {
  label: string;
  testid: string;
  remove(): Promise<unknown>;
  onRemoved(): void;
  onShut(): void;
}

/** The last row of a sheet of something that may be deleted. It asks once more, in place. */
export function RemoveActions({ label, testid, remove, onRemoved, onShut }: Props) {
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Said | null>(null);
  async function go() {
    setBusy(true);
    try {
      await remove();
      onRemoved();
    } catch (error) {
      setTrouble(troubleOf(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      {trouble && (
        <p class="trouble" role="alert" data-testid="delete-trouble" data-trouble={trouble.key}>
          {say(trouble)}
        </p>
      )}
      <div class="actions">
        {asked ? (
          <button type="button" class="danger" disabled={busy} data-testid={`${testid}-confirm`} onClick={() => void go()}>
            {t('common.delete.sure')}
          </button>
        ) : (
          <button type="button" data-testid={testid} onClick={() => setAsked(true)}>
            {label}
          </button>
        )}
        <button type="button" onClick={onShut}>
          {t('common.close')}
        </button>
      </div>
    </>
  );
}
