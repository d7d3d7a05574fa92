import { effect } from '@preact/signals';

import { call } from '../../lib/api';
import type { OfficeView } from '../../lib/api.gen';
import { ticketOf } from '../../lib/groups';
import { t } from '../../lib/i18n';
import { takeToken } from '../../lib/link';
import { learnZone } from '../../lib/office';
import { setTitle } from '../../lib/ring';
import { show } from '../../lib/show';
import { tab } from '../../lib/storage';
import '../../lib/texts/of-room';
import '../../ui/tokens.css';
import '../../ui/base.css';
import '../../ui/chat.css';
import { GuestPage } from './app';
import './room.css';
import { Stay } from './stay';

const stay = new Stay({ storage: tab });

function arrive(): void {
  const link = takeToken();
  stay.begin(link === null ? null : ticketOf(link));
}
// A link over the open page is a change of the fragment only.
addEventListener('hashchange', () => location.hash !== '' && location.reload());
arrive();

// Guests read the moments of a talk by the office's clock, as staff do. Without an answer, by the usual one.
call<OfficeView>('GET', '/office').then(
  ({ time_zone }) => learnZone(time_zone),
  () => undefined,
);

document.addEventListener('visibilitychange', () => stay.room.peek()?.looked());
// A page out of the browser's memory may be that of somebody who has left.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

effect(() => {
  const room = stay.room.value;
  const { stage } = stay.state.value;
  const title = room?.state.value.seat?.title ?? (stage.at === 'DOOR' ? stage.invitation.title : null);
  setTitle(title ?? t('room.title'));
});

show(<GuestPage stay={stay} />);
