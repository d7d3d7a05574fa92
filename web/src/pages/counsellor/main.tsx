import { effect } from '@preact/signals';
import { render } from 'preact';

import { Session } from '../../lib/account';
import { t } from '../../lib/i18n';
import { setTitle, startRinging, stopRinging, unlockSound } from '../../lib/ring';
import { socketUrl } from '../../lib/socket';
import '../../lib/texts/of-staff';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/chat.css';
import '../../ui/parts.css';
import { SessionPage } from '../../ui/session-page';
import { Counsellor } from './app';
import './counsellor.css';
import { unread } from './tabs';
import { Workplace } from './workplace';

const session = new Session();
const workplace = new Workplace({
  url: () => socketUrl('/ws/counsellor'),
  storage: sessionStorage,
  doubtful: () => void session.check(),
});

// The socket lives as long as the log-in.
let serving: string | null = null;
effect(() => {
  const account = session.account.value;
  const id = account === 'CHECKING' ? serving : (account?.id ?? null);
  if (id === serving) return;
  serving = id;
  if (id === null) workplace.stop({ forget: true });
  else workplace.start();
});

effect(() => {
  const { rings, tabs } = workplace.state.value;
  const ringing = rings.find(({ answered }) => !answered);
  if (ringing) startRinging();
  else stopRinging();
  const count = tabs.reduce((sum, tab) => sum + unread(tab), 0);
  const title = count > 0 ? `(${count}) ${t('counsellor.title')}` : t('counsellor.title');
  setTitle(title, ringing ? t('counsellor.offer.title.flash', { number: ringing.number }) : null);
});

document.addEventListener('visibilitychange', () => workplace.looked());
unlockSound();

async function leave(): Promise<void> {
  workplace.stop({ forget: true });
  serving = null;
  await session.leave();
}

function Page() {
  return (
    <SessionPage session={session} title={t('login.title.counsellor')}>
      {(account) => <Counsellor account={account} workplace={workplace} onLogOut={() => void leave()} />}
    </SessionPage>
  );
}

void session.check();
render(<Page />, document.getElementById('page')!);
