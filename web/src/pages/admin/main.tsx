import { effect } from '@preact/signals';
import { render } from 'preact';

import { Session } from '../../lib/account';
import type { Account } from '../../lib/api';
import { t } from '../../lib/i18n';
import { setTitle } from '../../lib/ring';
import { createStore } from '../../lib/store';
import '../../lib/texts/of-staff';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/parts.css';
import { SessionPage } from '../../ui/session-page';
import './admin.css';
import { Admin } from './app';
import { empty, reduce, type LiveAction, type LiveState } from './live/state';
import { Stream } from './live/stream';

const session = new Session();
const live = createStore<LiveState, LiveAction>(empty, reduce);
const stream = new Stream({ dispatch: (action) => live.dispatch(action), refused: () => void session.check() });

const maySee = ({ role }: Account) => role === 'ADMIN' || role === 'MANAGER';

// The stream lives as long as the log-in.
let serving: string | null = null;
effect(() => {
  const account = session.account.value;
  const id = account === 'CHECKING' ? serving : account && maySee(account) ? account.id : null;
  if (id === serving) return;
  serving = id;
  if (id !== null) return stream.start();
  stream.stop();
  live.dispatch({ type: 'snapshot', data: { rooms: [], tickets: [], counsellors: [] } });
  live.dispatch({ type: 'connection', connection: 'CONNECTING' });
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
        <Admin key={account.id} account={account} live={live.state} onLogOut={() => void session.leave()} />
      )}
    </SessionPage>
  );
}

void session.check();
render(<Page />, document.getElementById('page')!);
