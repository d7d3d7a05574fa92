import type { OwnAccount } from '../../../lib/api.gen';
import { t } from '../../../lib/i18n';
import { Note, PlainPage } from '../../../ui/plain-page';

/** Who may sit here: counsellors, and whoever else has been given lines. As the server decides it. */
export const counsels = ({ role, lines }: OwnAccount): boolean => role === 'COUNSELLOR' || lines.length > 0;

/** Somebody with another task is logged in: who may use this page, and the ways to the right one. */
export function NotHere({ account, onLogOut }: { account: OwnAccount; onLogOut(): void }) {
  return (
    <PlainPage>
      <Note title={t('counsellor.not_here.title')} testid="not-here">
        <p>{t('counsellor.not_here.detail', { name: account.name })}</p>
        <p class="hint">{t('counsellor.not_here.one')}</p>
        <a class="button primary" href="/admin" data-testid="to-admin">
          {t('counsellor.not_here.admin')}
        </a>
        <button type="button" data-testid="log-out" onClick={onLogOut}>
          {t('counsellor.not_here.out')}
        </button>
      </Note>
    </PlainPage>
  );
}
