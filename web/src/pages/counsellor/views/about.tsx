import { useState } from 'preact/hooks';

import { languageName, shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { BODY_CHARS_MAX } from '../../../lib/protocol.gen';
import { countChars } from '../../../lib/words';
import { languageOf, topicShown } from '../lines';
import type { Tab } from '../tabs';
import type { Workplace } from '../workplace';
import { Key, keyOf } from './key';
import { guestName } from './rooms';
import { WrapUpForm } from './wrap-up';

/** Who is talked with, and what is written down about it. */
export function About({ tab, workplace }: { tab: Tab; workplace: Workplace }) {
  const state = workplace.state.value;
  const { about, number, line, conversation, room } = tab;
  const language = languageOf(state, tab);
  const facts: Array<readonly [string, string]> = [
    [t('counsellor.about.number'), number],
    [t('counsellor.about.line'), topicShown(state, line, language)],
    [t('counsellor.about.nickname'), about.nickname ?? guestName(tab)],
    [t('counsellor.about.language'), language ? languageName(language) : '–'],
    [t('counsellor.about.waited'), shortDuration(about.waited_s)],
  ];
  return (
    <div class="about">
      <section aria-label={t('counsellor.about')} data-testid="about">
        <dl>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
        {about.note && (
          <div class="about-note">
            <small>{t('counsellor.about.note')}</small>
            <p dir="auto">{about.note}</p>
          </div>
        )}
        {about.handed_by && (
          <div class="about-note">
            <small>{t('counsellor.about.handed', { name: about.handed_by })}</small>
            {about.handed_note && <p dir="auto">{about.handed_note}</p>}
          </div>
        )}
      </section>
      {conversation.ended ? (
        <WrapUpForm key={room} tab={tab} workplace={workplace} />
      ) : (
        <Notes key={room} tab={tab} workplace={workplace} />
      )}
    </div>
  );
}

function Notes({ tab, workplace }: { tab: Tab; workplace: Workplace }) {
  const [memo, setMemo] = useState(() => workplace.draft(tab.room).memo ?? '');
  return (
    <section class="notes">
      <label class="field">
        <span>
          {t('counsellor.notes')} <Key of="NOTES" />
        </span>
        <textarea
          rows={6}
          dir="auto"
          value={memo}
          data-testid="notes"
          data-place="NOTES"
          {...keyOf('NOTES')}
          onInput={(event) => {
            setMemo(event.currentTarget.value);
            workplace.write(tab.room, { memo: event.currentTarget.value });
          }}
        />
        <small>{t('counsellor.notes.hint')}</small>
      </label>
      <TooLong memo={memo} />
    </section>
  );
}

/** Said while it is written, not when it is sent. */
export function TooLong({ memo }: { memo: string }) {
  const chars = countChars(memo);
  return (
    <p class="trouble small-text" role="alert">
      {chars > BODY_CHARS_MAX && t('counsellor.notes.long', { chars, max: BODY_CHARS_MAX })}
    </p>
  );
}
