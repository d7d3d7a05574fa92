import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import type { Session } from '../../../lib/account';
import { t } from '../../../lib/i18n';

/** A first consultation with oneself, in other tabs; this one stays, also for who has logged out. */
export function TryStep({ session }: { session: Session }) {
  return (
    <ol class="tries stack">
      <Leave session={session} />
      <Try title={t('guide.try.counsellor.title')} detail={t('guide.try.counsellor.detail')}>
        <a class="button" href="/counsellor" target="_blank" rel="noopener" data-testid="try-counsellor">
          {t('guide.try.counsellor')}
        </a>
      </Try>
      <Try title={t('guide.try.desk.title')} detail={t('guide.try.desk.detail')}>
        <a class="button" href="/desk" target="_blank" rel="noopener" data-testid="try-desk">
          {t('guide.try.desk')}
        </a>
      </Try>
      <Try title={t('guide.try.talk.title')} detail={t('guide.try.talk.detail')} />
    </ol>
  );
}

function Try({ title, detail, children }: { title: string; detail: string; children?: ComponentChildren }) {
  return (
    <li class="card stack">
      <h2>{title}</h2>
      <p>{detail}</p>
      {children && <div class="actions">{children}</div>}
    </li>
  );
}

/** One browser is one person: the admin leaves before the counsellor comes. */
function Leave({ session }: { session: Session }) {
  const [failed, setFailed] = useState(false);
  const present = session.account.value;
  async function leave() {
    setFailed(false);
    try {
      await session.leave();
    } catch {
      setFailed(true);
      // Whether the log-in is over is the server's to say.
      await session.check();
    }
  }
  return (
    <Try title={t('guide.try.leave.title')} detail={t('guide.try.leave.detail')}>
      {present && present !== 'CHECKING' ? (
        <button type="button" data-testid="try-leave" onClick={() => void leave()}>
          {t('guide.try.leave')}
        </button>
      ) : (
        <p role="status" data-testid="try-left">
          {t('guide.try.left')}
        </p>
      )}
      {failed && (
        <p class="trouble" role="alert">
          {t('guide.try.leave.failed')}
        </p>
      )}
    </Try>
  );
}
