import type { Account } from '../../lib/api';
import { t } from '../../lib/i18n';
import { ConnectionLine } from '../../ui/connection';
import { LanguageSwitch } from '../../ui/language';
import { Duty, Lines } from './views/duty';
import { Rings } from './views/rings';
import { Rooms } from './views/room';
import type { Workplace } from './workplace';

interface Props {
  account: Account;
  workplace: Workplace;
  onLogOut(): void;
}

export function Counsellor({ account, workplace, onLogOut }: Props) {
  const { connection, stopped, notice, mine } = workplace.state.value;
  const names = new Map(mine?.lines.map((line) => [line.topic, line.name]));
  return (
    <div class="counsellor">
      <header class="bar">
        <span class="brand">{t('counsellor.title')}</span>
        <span>{account.name}</span>
        <LanguageSwitch />
        <button type="button" class="quiet" data-testid="log-out" onClick={onLogOut}>
          {t('login.out')}
        </button>
      </header>
      {stopped ? (
        <Stopped workplace={workplace} />
      ) : (
        <>
          <ConnectionLine connection={connection} />
          <main class="workplace">
            <h1 class="sr-only">{t('counsellor.title')}</h1>
            <aside class="stack">
              <Duty workplace={workplace} />
              <Lines workplace={workplace} />
            </aside>
            <div class="desktop">
              <Rings workplace={workplace} names={names} />
              <div class="notice" role="status" data-testid="notice">
                {notice && (
                  <>
                    <span>{t(notice.key, notice.values)}</span>
                    <button type="button" class="quiet" onClick={() => workplace.dismiss()}>
                      {t('common.close')}
                    </button>
                  </>
                )}
              </div>
              <Rooms workplace={workplace} />
            </div>
          </main>
        </>
      )}
    </div>
  );
}

/** The socket will not come back by itself: why, and what the person can do. */
function Stopped({ workplace }: { workplace: Workplace }) {
  const { stopped } = workplace.state.value;
  if (stopped === null) return null;
  const elsewhere = stopped === 'REPLACED';
  return (
    <main class="card stack centred stopped" data-testid={elsewhere ? 'elsewhere' : 'stopped'}>
      <h1>{elsewhere ? t('counsellor.elsewhere.title') : t(`counsellor.stopped.${stopped}`)}</h1>
      {elsewhere && <p role="status">{t('counsellor.elsewhere.detail')}</p>}
      <button type="button" class="primary" data-testid="take-over" onClick={() => workplace.takeOver()}>
        {elsewhere ? t('counsellor.elsewhere.take') : t('common.again')}
      </button>
    </main>
  );
}
