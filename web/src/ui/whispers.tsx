import { officeTime } from '../lib/format';
import { t } from '../lib/i18n';
import { refusedForGood, type Unsent } from '../lib/outbox';
import type { Whisper, Whispers } from '../lib/whispers';
import type { Aside } from './chat';
import { StaffMark } from './staff-mark';
import './whispers.css';

/** After everything that was said. */
const LAST = '9999';

/** The whispers of a room, to stand among its messages; none of them can be taken for one. */
export function whisperAsides({ told, outbox }: Whispers, over: boolean): readonly Aside[] {
  return [
    ...told.map((each) => ({ at: each.at, view: <WhisperBlock key={each.id} whisper={each} /> })),
    ...outbox.map((each) => ({ at: LAST, view: <UnsentWhisper key={each.client_id} unsent={each} over={over} /> })),
  ];
}

function WhisperBlock({ whisper: { from, mine, body, at } }: { whisper: Whisper }) {
  const name = mine ? t('chat.me') : from.name || t(`role.${from.role}`);
  return (
    <li class={mine ? 'whisper mine' : 'whisper'} data-testid="whisper">
      <p class="whisper-head">
        <strong>{t('whisper.title')}</strong> <bdi>{name}</bdi>
        {!mine && from.name && <StaffMark role={from.role} />}
        <time dateTime={at}>{officeTime(at)}</time>
      </p>
      <p class="whisper-body" dir="auto">
        {body}
      </p>
    </li>
  );
}

function UnsentWhisper({ unsent, over }: { unsent: Unsent; over: boolean }) {
  const refused = refusedForGood(unsent);
  const mark = refused ? 'chat.refused' : over ? 'chat.undelivered' : unsent.trouble ? 'chat.retrying' : 'chat.sending';
  return (
    <li class="whisper mine pending" data-testid="whisper" data-state="PENDING">
      <p class="whisper-head">
        <strong>{t('whisper.title')}</strong> <bdi>{t('chat.me')}</bdi>
        <span class={refused || over ? 'trouble' : undefined}>
          {t(mark)}
          {refused && unsent.trouble && ` · ${t(`error.${unsent.trouble}`)}`}
        </span>
      </p>
      <p class="whisper-body" dir="auto">
        {unsent.body}
      </p>
    </li>
  );
}
