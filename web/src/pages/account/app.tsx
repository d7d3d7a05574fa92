import { useState } from 'preact/hooks';

import type { Session } from '../../lib/account';
import type { OwnAccount } from '../../lib/api.gen';
import { t } from '../../lib/i18n';
import { LanguageSwitch } from '../../ui/language';
import { SecondFactor } from './second-factor';
import { LogIns } from './log-ins';
import { Tokens } from './tokens';
import { LogInsCard } from './views/log-ins';
import { Password } from './views/password';
import { SecondFactorCard } from './views/second-factor';
import { TokensCard } from './views/tokens';

/** One's own account. */
export function Own({ account, session }: { account: OwnAccount; session: Session }) {
  const [factor] = useState(() => new SecondFactor(() => void session.check()));
  const [tokens] = useState(() => new Tokens());
  const [logIns] = useState(() => new LogIns());
  const manages = account.role !== 'COUNSELLOR';
  return (
    <div class="own">
      <header class="bar">
        <h1 class="brand">{t('account.title')}</h1>
        <nav class="ways">
          {manages && (
            <a href="/admin" data-testid="to-admin">
              {t('admin.title')}
            </a>
          )}
          <a href="/counsellor" data-testid="to-counsellor">
            {t('counsellor.title')}
          </a>
        </nav>
        <div class="who">
          <LanguageSwitch />
          <button type="button" class="quiet" data-testid="log-out" onClick={() => void session.leave()}>
            {t('login.out')}
          </button>
        </div>
      </header>
      <main class="stack cards">
        <section class="card stack">
          <h2>{t('account.me')}</h2>
          <Facts account={account} />
        </section>
        <SecondFactorCard account={account} factor={factor} />
        <Password />
        <LogInsCard logIns={logIns} />
        <TokensCard tokens={tokens} isAdmin={account.role === 'ADMIN'} />
      </main>
    </div>
  );
}

function Facts({ account }: { account: OwnAccount }) {
  const facts: ReadonlyArray<[string, string]> = [
    [t('setup.name'), account.name],
    [t('login.login'), account.login],
    [t('account.email'), account.email ?? '–'],
    [t('account.role'), t(`account.role.${account.role}`)],
    [t('account.lines'), account.lines.join(', ') || '–'],
    [t('account.capacity'), String(account.capacity)],
  ];
  return (
    <>
      <dl class="facts" data-testid="me">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">{t('account.me.hint')}</p>
    </>
  );
}
