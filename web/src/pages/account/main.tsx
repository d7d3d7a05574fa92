import { effect } from '@preact/signals';

import { Session } from '../../lib/account';
import { refuseFiles } from '../../lib/drops';
import { t } from '../../lib/i18n';
import { keepFocus } from '../../lib/refuge';
import { setTitle } from '../../lib/ring';
import { show } from '../../lib/show';
import '../../lib/texts/of-staff';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/parts.css';
import { SessionPage } from '../../ui/session-page';
import { Own } from './app';

const session = new Session();

effect(() => setTitle(t('account.title')));

function Page() {
  return (
    <SessionPage session={session} title={t('account.title')}>
      {(account) => <Own key={account.id} account={account} session={session} />}
    </SessionPage>
  );
}

void session.check();
refuseFiles();
const page = document.getElementById('page')!;
keepFocus(page);
show(<Page />);
