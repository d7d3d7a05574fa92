import { effect, untracked } from '@preact/signals';

import { Session } from '../../lib/account';
import { refuseFiles } from '../../lib/drops';
import { GROUPS } from '../../lib/groups';
import { t } from '../../lib/i18n';
import { One } from '../../lib/one';
import { keepFocus } from '../../lib/refuge';
import { go, route } from '../../lib/route';
import { show } from '../../lib/show';
import { socketUrl } from '../../lib/socket';
import { device } from '../../lib/storage';
import '../../lib/texts/of-staff';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/chat.css';
import '../../ui/parts.css';
import { SessionPage } from '../../ui/session-page';
import { Alerts } from './alerts';
import { Counsellor } from './app';
import { Replies } from './canned';
import { listen } from './commands';
import './counsellor.css';
import { drawByFrames } from './drawing';
import './groups.css';
import './panes.css';
import { readPresent, readToday, readWritten } from './records';
import { Screen } from './screen';
import { unread } from './tabs';
import { counsels, NotHere } from './views/not-here';
import { Workplace } from './workplace';

/** From this width on two rooms fit side by side. */
const WIDE = '(min-width: 100rem)';

drawByFrames();

const session = new Session();
const workplace = new Workplace({
  url: () => socketUrl('/ws/counsellor'),
  storage: device,
  talks: readPresent,
  written: readWritten,
  isShown: () => route.peek().section !== GROUPS,
  doubtful: () => void session.check(),
});
const screen = new Screen();
const alerts = new Alerts();
const replies = new Replies();
const today = new One(readToday);

let serving: string | null = null;

function leaveScreen(wipe: boolean): void {
  workplace.stop({ wipe });
  screen.clear();
  replies.forget();
  serving = null;
}

// The socket lives as long as the log-in.
effect(() => {
  const account = session.account.value;
  const id = account === 'CHECKING' ? serving : account && counsels(account) ? account.id : null;
  if (id === serving) return;
  untracked(() => {
    leaveScreen(false);
    if (id === null) return;
    serving = id;
    workplace.start(id);
    void replies.load();
  });
});

effect(() => {
  const { rings, tabs } = workplace.state.value;
  alerts.tell(rings, tabs.reduce((sum, tab) => sum + unread(tab), 0));
});

// On a narrow screen the room that came to the front is what is wanted, and without one the list.
let inFront: string | null = null;
effect(() => {
  const { active } = workplace.state.value;
  if (active === inFront) return;
  inFront = active;
  screen.part.value = active === null ? 'ROOMS' : 'TALK';
  if (active !== null && untracked(() => route.value.section) === GROUPS) go('');
});

// The group rooms take the place of the conversations, which are unseen meanwhile.
effect(() => {
  if (route.value.section === GROUPS) screen.part.value = 'TALK';
  else untracked(() => workplace.looked());
});

// One's figures change when a talk ends, is wrapped up, or an offer goes by.
let figured = '';
effect(() => {
  const { tabs, rings, mine } = workplace.state.value;
  const talks = tabs.map(({ room, conversation, wrap_up }) => [room, conversation.ended !== null, wrap_up.phase]);
  const facts = JSON.stringify([mine !== null, talks, rings.length]);
  if (facts === figured) return;
  figured = facts;
  if (mine !== null) untracked(() => void today.refresh());
});

const wide = matchMedia(WIDE);
workplace.wide(wide.matches);
wide.addEventListener('change', () => workplace.wide(wide.matches));
document.addEventListener('visibilitychange', () => workplace.looked());
alerts.listen();
listen(workplace, screen);

refuseFiles(() => {
  if (serving !== null) workplace.tell({ key: 'chat.files', values: {} });
});

async function leave(): Promise<void> {
  leaveScreen(true);
  await session.leave();
}

function Page() {
  return (
    <SessionPage session={session} title={t('login.title.counsellor')}>
      {(account) => !counsels(account) ? (
        <NotHere account={account} onLogOut={() => void session.leave()} />
      ) : (
        <Counsellor
          account={account}
          workplace={workplace}
          screen={screen}
          alerts={alerts}
          replies={replies}
          today={today}
          onLogOut={() => void leave()}
          onDoubt={() => void session.check()}
        />
      )}
    </SessionPage>
  );
}

void session.check();
const page = document.getElementById('page')!;
keepFocus(page);
show(<Page />);
