import { effect } from '@preact/signals';

import { Session } from '../../lib/account';
import type { OwnAccount } from '../../lib/api.gen';
import { refuseFiles } from '../../lib/drops';
import { t } from '../../lib/i18n';
import { keepFocus } from '../../lib/refuge';
import { setTitle } from '../../lib/ring';
import { show } from '../../lib/show';
import '../../lib/texts/of-staff';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/chat.css';
import '../../ui/parts.css';
import { SessionPage } from '../../ui/session-page';
import './admin.css';
import { Admin } from './app';
import { Feed } from './live/feed';
import { Stream } from './live/stream';

const session = new Session();
const feed = new Feed();
const stream = new Stream({
  take: (event) => feed.take(event),
  connection: (connection) => feed.connection(connection),
  refused: () => void session.check(),
});

const maySee = ({ role }: OwnAccount) => role === 'ADMIN' || role === 'MANAGER';

// The stream lives as long as the log-in.
let serving: string | null = null;
effect(() => {
  const account = session.account.value;
  const id = account === 'CHECKING' ? serving : account && maySee(account) ? account.id : null;
  if (id === serving) return;
  serving = id;
  if (id !== null) return stream.start();
  stream.stop();
  feed.reset();
});
effect(() => setTitle(t('admin.title')));

function Page() {
  return (
    <SessionPage
      session={session}
      title={t('login.title.admin')}
      refuse={(account) => (maySee(account) ? null : { key: 'login.forbidden' })}
      keeps
    >
      {(account) => (
        <Admin key={account.id} account={account} feed={feed} onLogOut={() => void session.leave()} onDoubt={() => void session.check()} />
      )}
    </SessionPage>
  );
}

void session.check();
refuseFiles();
const page = document.getElementById('page')!;
keepFocus(page);
show(<Page />);
