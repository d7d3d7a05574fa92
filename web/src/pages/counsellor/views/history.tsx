import { useEffect, useState } from 'preact/hooks';

import type { ConsultationView, ConsultationWhole } from '../../../lib/api.gen';
import { GET_CONSULTATIONS } from '../../../lib/bounds.gen';
import { dayAndTime, officeTime, shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { List } from '../../../lib/list';
import { One } from '../../../lib/one';
import { Listing, Shown } from '../../../ui/listing';
import { goesToLong, LongLine, longMarks } from '../../../ui/long';
import { Sheet } from '../../../ui/sheet';
import { StaffMark } from '../../../ui/staff-mark';
import { topicShown } from '../lines';
import { Q_CHARS_MIN, readPast, readTalk, type PastFilter } from '../records';
import type { Screen } from '../screen';
import type { CounsellorState } from '../state';
import type { Workplace } from '../workplace';
import { loadResults, resultText } from './wrap-up';

interface Props {
  /** One's own account. */
  me: string;
  workplace: Workplace;
  screen: Screen;
}

/** One's own consultations, the newest first; one is opened to be read. */
export function History({ me, workplace, screen }: Props) {
  const [list] = useState(() => new List<ConsultationView, PastFilter>(readPast, ({ id }) => id));
  const [q, setQ] = useState('');
  const [asked, setAsked] = useState('');
  const state = workplace.state.value;
  // A talk that left the screen has become part of the history.
  const count = state.tabs.length;
  useEffect(() => {
    void loadResults();
    void list.load({ counsellor: me, q: asked });
  }, [list, me, asked, count]);
  return (
    <div class="history" data-testid="history">
      <form
        class="history-search"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = q.trim();
          if (goesToLong(event.currentTarget)) return;
          if (wanted === '' || [...wanted].length >= Q_CHARS_MIN) setAsked(wanted);
        }}
      >
        <input
          type="search"
          value={q}
          minLength={Q_CHARS_MIN}
          placeholder={t('counsellor.history.q')}
          aria-label={t('counsellor.history.q')}
          data-testid="history-q"
          {...longMarks('history-long', q, GET_CONSULTATIONS.q.chars_max)}
          data-place="HISTORY"
          onInput={(event) => {
            setQ(event.currentTarget.value);
            if (event.currentTarget.value === '') setAsked('');
          }}
        />
        <button class="small">{t('common.search')}</button>
        <LongLine id="history-long" text={q} max={GET_CONSULTATIONS.q.chars_max} testid="history-long" />
      </form>
      <Listing list={list} none={<p>{t(asked ? 'counsellor.history.none.found' : 'counsellor.history.none')}</p>}>
        {(items) => (
          <ul>
            {items.map((item) => (
              <li key={item.id}>
                <Row item={item} state={state} onOpen={() => screen.show({ what: 'TALK', id: item.id })} />
              </li>
            ))}
          </ul>
        )}
      </Listing>
    </div>
  );
}

function Row({ item, state, onOpen }: { item: ConsultationView; state: CounsellorState; onOpen(): void }) {
  const { number, nickname, requested_at, line, language, result_code, rating, memo } = item;
  return (
    <button type="button" class="past" data-testid="past" onClick={onOpen}>
      <span class="room-tab-head">
        <strong>{number ?? '–'}</strong>
        <bdi>{nickname || t('role.DESK')}</bdi>
        <time dateTime={requested_at}>{dayAndTime(requested_at)}</time>
      </span>
      <span class="past-what">
        {topicShown(state, line, language)}
        {result_code && ` · ${resultText(result_code)}`}
        {rating !== null && ` · ${t('counsellor.history.score', { score: rating })}`}
      </span>
      {memo && <bdi class="past-memo">{memo}</bdi>}
    </button>
  );
}

/** A consultation of the past, to be read. */
export function TalkSheet({ id, workplace, onShut }: { id: string; workplace: Workplace; onShut(): void }) {
  const [one] = useState(() => new One(() => readTalk(id)));
  useEffect(() => void one.load(), [one]);
  const state = one.state.value;
  const number = state.status === 'READY' ? (state.item.number ?? '–') : '…';
  return (
    <Sheet title={t('counsellor.history.title', { number })} testid="talk-sheet" onShut={onShut}>
      <Shown one={one}>{(item) => <Talk item={item} state={workplace.state.value} />}</Shown>
      <div class="actions">
        <button type="button" data-testid="talk-shut" onClick={onShut}>
          {t('common.close')}
        </button>
      </div>
    </Sheet>
  );
}

function Talk({ item, state }: { item: ConsultationWhole; state: CounsellorState }) {
  const talked =
    item.matched_at && item.ended_at ? (Date.parse(item.ended_at) - Date.parse(item.matched_at)) / 1000 : null;
  const facts: Array<readonly [string, string | null]> = [
    [t('admin.requested'), dayAndTime(item.requested_at)],
    [t('counsellor.about.line'), topicShown(state, item.line, item.language)],
    [t('counsellor.about.nickname'), item.nickname],
    [t('counsellor.about.waited'), shortDuration(item.waited_s)],
    [t('counsellor.history.talked'), shortDuration(talked)],
    [t('admin.result'), item.result_code && resultText(item.result_code)],
    [t('admin.score'), item.rating === null ? null : t('counsellor.history.score', { score: item.rating })],
    [t('counsellor.about.note'), item.note],
    [t('admin.memo'), item.memo],
    [t('admin.comment'), item.rating_comment],
  ];
  return (
    <>
      <dl class="facts">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <ol class="past-said">
        {item.messages.map((message) => {
          const member = item.members.find((each) => each.member === message.from);
          return (
            <li key={message.seq} data-testid="past-message">
              <small>
                <bdi>{member ? member.name || t(`role.${member.role}`) : '–'}</bdi>
                {member && <StaffMark role={member.role} />} · {officeTime(message.at)}
              </small>
              <p class="recorded" dir="auto">
                {message.body}
              </p>
            </li>
          );
        })}
      </ol>
    </>
  );
}
