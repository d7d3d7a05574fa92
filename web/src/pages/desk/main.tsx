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
import '../../ui/parts.css';
import './desk.css';
import { Enrolment } from './enrolment';
import { credentials, enrolmentToken, keepCredentials } from './kept';
import { EnrolmentPage } from './views/enrolment';
import { Visit } from './visit';

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

function Page() {
  return enrolment.stage.value.at === 'NONE' ? <Desk visit={visit} /> : <EnrolmentPage enrolment={enrolment} />;
}

render(<Page />, document.getElementById('page')!);
