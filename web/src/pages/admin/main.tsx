import { effect, signal } from '@preact/signals';
import { render } from 'preact';

import { Session } from '../../lib/account';
import type { Account } from '../../lib/api';
import { t } from '../../lib/i18n';
import { setTitle } from '../../lib/ring';
import { createStore } from '../../lib/store';
import '../../ui/tokens.css';
import '../../ui/base.css';
import { LanguageSwitch } from '../../ui/language';
import { LogIn } from '../../ui/log-in';
import './admin.css';
import { empty, reduce, type LiveAction, type LiveState } from './live';
import { Stream } from './stream';
import { forgetHistory, History } from './views/history';
import { Live } from './views/live';

const session = new Session();
const live = createStore<LiveState, LiveAction>(empty, reduce);
const stream = new Stream({ dispatch: (action) => live.dispatch(action), refused: () => void session.check() });
const view = signal<'live' | 'history'>('live');

function maySee(account: Account): boolean {
  return account.role === 'ADMIN' || account.role === 'MANAGER';
}

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
  forgetHistory();
});
effect(() => setTitle(t('admin.title')));

function Admin({ account }: { account: Account }) {
  return (
    <div class="admin">
      <header class="bar">
        <h1 class="brand">{t('admin.title')}</h1>
        <nav class="views">
          {(['live', 'history'] as const).map((each) => (
            <button
              key={each}
              type="button"
              class="quiet"
              data-testid={`view-${each}`}
              aria-pressed={view.value === each}
              onClick={() => {
                view.value = each;
              }}
            >
              {t(`admin.${each}`)}
            </button>
          ))}
        </nav>
        <div class="who">
          <span>{account.name}</span>
          <LanguageSwitch />
          <button type="button" class="quiet" data-testid="log-out" onClick={() => void session.leave()}>
            {t('login.out')}
          </button>
        </div>
      </header>
      <main class="stack tables">{view.value === 'live' ? <Live live={live.state} /> : <History />}</main>
    </div>
  );
}

function Page() {
  const account = session.account.value;
  if (account === 'CHECKING') {
    return (
      <p class="checking" role="status">
        {t('common.loading')}
      </p>
    );
  }
  if (account && maySee(account)) return <Admin account={account} />;
  return (
    <LogIn
      key={account?.id}
      title={t('login.title.admin')}
      notice={account ? t('login.forbidden') : null}
      onAccount={(entered) => session.enter(entered)}
    />
  );
}

void session.check();
render(<Page />, document.getElementById('page')!);
