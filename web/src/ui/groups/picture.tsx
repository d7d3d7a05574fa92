import { useId, useState } from 'preact/hooks';

import type { Ticket } from '../../lib/groups';
import { t, type TextKey } from '../../lib/i18n';
import { pictureTrouble, sendPicture } from '../../lib/picture';
import { Face } from '../face';
import './groups.css';

interface Props {
  label: string;
  /** Whose picture it will be: without one, the first letter of this stands for it. */
  name: string;
  picture: string;
  /** The link of a guest; null for staff. */
  guest: Ticket | null;
  onPicture(picture: string): void;
}

/** Chooses a picture, or none. It is drawn small before it is sent; what is wrong with it loses nothing else. */
export function PictureField({ label, name, picture, guest, onPicture }: Props) {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<TextKey | null>(null);
  async function take(file: File | undefined) {
    if (!file) return;
    setBusy(true);
    setTrouble(null);
    try {
      onPicture(await sendPicture(file, guest));
    } catch (error) {
      setTrouble(pictureTrouble(error));
    } finally {
      setBusy(false);
    }
  }
  return (
    <div class="picture-field" role="group" aria-label={label}>
      <Face id={name} name={name} picture={picture || null} large />
      <div class="picture-choice">
        <span class="picture-label">
          {label} <small>({t('common.optional')})</small>
        </span>
        <div class="actions start">
          <label class="file-button" for={id} aria-disabled={busy}>
            {t(busy ? 'room.picture.sending' : picture ? 'room.picture.other' : 'room.picture.choose')}
            <input
              id={id}
              type="file"
              class="sr-only"
              accept="image/png,image/jpeg,image/webp"
              disabled={busy}
              data-testid="picture-file"
              onChange={(event) => {
                const field = event.currentTarget;
                void take(field.files?.[0]).then(() => (field.value = ''));
              }}
            />
          </label>
          {picture && (
            <button type="button" data-testid="picture-none" onClick={() => onPicture('')}>
              {t('room.picture.none')}
            </button>
          )}
        </div>
        <p class="trouble small-text" role="alert" data-testid="picture-trouble">
          {trouble && t(trouble)}
        </p>
      </div>
    </div>
  );
}
