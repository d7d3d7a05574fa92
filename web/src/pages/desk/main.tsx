import { effect } from '@preact/signals';
import { render } from 'preact';

import { lines } from '../../lib/api';
import { t } from '../../lib/i18n';
import { setTitle } from '../../lib/ring';
import { isForbidden, socketUrl } from '../../lib/socket';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/chat.css';
import { Desk } from './app';
import './desk.css';
import { credentials } from './kept';
import { Visit } from './visit';

let registered = credentials();
// A new enrolment link over the open page is a change of the fragment only.
addEventListener('hashchange', () => {
  registered = credentials();
});

const visit = new Visit({
  url: () => socketUrl('/ws/desk', registered ?? {}),
  isForbidden,
  lines,
  storage: sessionStorage,
  clearAddress: () => history.replaceState(null, '', location.pathname),
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

visit.begin();
render(<Desk visit={visit} />, document.getElementById('page')!);
