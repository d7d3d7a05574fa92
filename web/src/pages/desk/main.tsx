import { computed, effect, untracked } from '@preact/signals';

import { lines } from '../../lib/api';
import { refuseFiles } from '../../lib/drops';
import { language, t } from '../../lib/i18n';
import { OfficeFeed } from '../../lib/office-feed';
import { setTitle, startRinging, stopRinging, unlockSound } from '../../lib/ring';
import { show } from '../../lib/show';
import { socketUrl } from '../../lib/socket';
import { isForbidden } from '../../lib/socket-world';
import { tab } from '../../lib/storage';
import '../../lib/texts/of-desk';
import { theme } from '../../lib/theme';
import { realTimers } from '../../lib/timers';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/chat.css';
import { Desk } from './app';
import './desk.css';
import { emptyStores, isAltered, isKiosk, isReachable } from './device';
import { Enrolment } from './enrolment';
import { credentials, enrolmentToken, keepCredentials } from './kept';
import { Notices } from './notices';
import { Renewal } from './renewal';
import { isBefore } from './state';
import { EnrolmentPage } from './views/enrolment';
import { Visit } from './visit';

/** How long it rings for somebody whose turn it is, unless they touch something before. */
const RING_S = 8;

let registered = credentials();
const enrolment = new Enrolment((made) => {
  keepCredentials(made);
  registered = made;
});

function arrive(): void {
  const token = enrolmentToken();
  if (token !== null) void enrolment.open(token);
  else registered = credentials();
}
// A link over the open page is a change of the fragment only.
addEventListener('hashchange', arrive);
arrive();

const isShared = () => registered !== null || isKiosk();
const feed = new OfficeFeed();
const notices = new Notices();
const renewal = new Renewal({
  isFree: () => visit.state.peek().stage.at === 'START',
  isReachable,
  reload: () => location.replace(location.pathname + location.search),
  timers: realTimers,
});
const visit = new Visit({
  url: () => socketUrl('/ws/desk', registered ?? {}),
  isForbidden,
  lines,
  storage: tab,
  device: () => ({ shared: isShared(), altered: isAltered() }),
  forget() {
    history.replaceState(null, '', location.pathname + location.search);
    if (!isShared()) return;
    void emptyStores();
    renewal.start();
  },
});

const isFree = computed(() => isBefore(visit.state.value));
effect(() => {
  if (isFree.value) return feed.start();
  feed.stop();
  // Who came back into a talk, or asked at once, has not been told yet by which clock the office lives.
  if (feed.office.peek() === null) void feed.look();
});
effect(() => {
  if (feed.reach.value === 'OPEN') visit.retryLines();
});
// A desk that is left open follows its lines, as the wall does.
effect(() => {
  const lines = feed.office.value?.lines;
  if (lines) untracked(() => visit.offer(lines));
});
const isWaiting = computed(() => visit.state.value.stage.at === 'WAITING');
effect(() => {
  if (isWaiting.value) void notices.load(language.value);
});

let before = visit.state.peek().stage.at;
effect(() => {
  const { at } = visit.state.value.stage;
  // Those who only came back to their talk need no ring.
  if (at === 'CHAT' && before !== 'CHAT' && before !== 'RESUMING') {
    startRinging(RING_S);
  }
  if (at !== 'CHAT') stopRinging();
  before = at;
});

effect(() => {
  const { stage } = visit.state.value;
  // A visitor in another tab learns from the title that it is their turn.
  const urgent = stage.at === 'CHAT' && document.hidden ? t('desk.matched') : null;
  setTitle(t('desk.title'), urgent);
});
document.addEventListener('visibilitychange', () => {
  visit.looked();
  if (!document.hidden) setTitle(t('desk.title'));
});

function touched(): void {
  stopRinging();
  visit.touched();
}
for (const type of ['pointerdown', 'keydown', 'input', 'wheel']) addEventListener(type, touched, { passive: true });
effect(() => {
  void [language.value, theme.value];
  visit.touched();
});
// A page out of the browser's memory may be the last visitor's.
addEventListener('pageshow', ({ persisted }) => {
  if (persisted && isShared()) location.reload();
});
unlockSound();
visit.begin();

function Page() {
  if (enrolment.stage.value.at !== 'NONE') return <EnrolmentPage enrolment={enrolment} />;
  return <Desk visit={visit} feed={feed} notices={notices} />;
}

refuseFiles();
show(<Page />);
