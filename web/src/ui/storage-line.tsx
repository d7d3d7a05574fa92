import { t } from '../lib/i18n';
import type { Memory } from '../lib/storage';

/** One calm line where the browser keeps nothing and a reload would cost something. */
export function StorageLine({ of }: { of: Memory }) {
  if (!of.isLost.value) return null;
  return (
    <p class="connection" role="status" data-testid="storage-lost">
      {t('storage.lost')}
    </p>
  );
}
