import type { ReplyView } from '../../../lib/api.gen';
import { duration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { useNow } from '../../../lib/ticker';
import { Messages, Presence } from '../../../ui/chat';
import type { Suggestion } from '../../../ui/composer';
import { Confirm } from '../../../ui/confirm';
import { Voices } from '../../../ui/voices';
import { whisperAsides } from '../../../ui/whispers';
import { fill, fitting } from '../canned';
import { lineName, topicShown } from '../lines';
import { shown } from '../panes';
import type { Screen } from '../screen';
import { supervisorsIn, type Tab } from '../tabs';
import type { Workplace } from '../workplace';
import { HandoverBar } from './handover';
import { Key, keyOf } from './key';
import { guestName } from './rooms';

interface PanesProps {
  workplace: Workplace;
  screen: Screen;
  replies: readonly ReplyView[];
  /** The counsellor's own name, for canned replies. */
  me: string;
}

/** The rooms on the screen: one, or two side by side. */
export function Panes(props: PanesProps) {
  const state = props.workplace.state.value;
  const tabs = shown(state).flatMap((room) => state.tabs.find((tab) => tab.room === room) ?? []);
  if (tabs.length === 0) {
    return (
      <section class="no-room" data-testid="no-room">
        {/* What rings lies over it. */}
        {state.rings.length === 0 && (
          <p class="hint">{t(state.tabs.length === 0 ? 'counsellor.rooms.none' : 'counsellor.room.empty')}</p>
        )}
      </section>
    );
  }
  return (
    <div class="panes" data-panes={tabs.length}>
      {tabs.map((tab) => (
        <Pane key={tab.room} tab={tab} isActive={tab.room === state.active} isOne={tabs.length === 1} {...props} />
      ))}
    </div>
  );
}

interface PaneProps extends PanesProps {
  tab: Tab;
  isActive: boolean;
  isOne: boolean;
}

function Pane({ tab, isActive, isOne, workplace, screen, replies, me }: PaneProps) {
  const { room, conversation, number, wrap_up } = tab;
  const { ended } = conversation;
  const name = guestName(tab);
  const state = workplace.state.value;
  const line = topicShown(state, tab.line, tab.about.language);
  const toVisitor = { visitor: name, counsellor: me, number, line: lineName(state, tab.line, tab.about.language) };
  const suggest = (body: string): Suggestion[] =>
    fitting(replies, body).map((reply) => ({
      id: reply.id,
      title: `/${reply.shortcut}`,
      text: fill(reply.body, toVisitor),
    }));
  const taken = () => {
    if (!isActive) workplace.select(room);
  };
  return (
    <section
      class={`talk pane${ended ? ' over' : ''}${isActive ? ' active' : ''}`}
      data-testid="room"
      data-room={room}
      aria-label={`${number} ${name}`}
      onFocusIn={taken}
      onPointerDown={taken}
    >
      <Head tab={tab} name={name} line={line} isOne={isOne} workplace={workplace} screen={screen} />
      <HandoverBar tab={tab} workplace={workplace} screen={screen} />
      <Messages
        conversation={conversation}
        newAfter={tab.new_after}
        asides={whisperAsides(tab.whispers, ended !== null)}
      />
      {ended ? (
        <footer class="ended-bar">
          <p role="status" data-testid="ended" data-reason={ended.reason ?? ''}>
            {t(`counsellor.ended.${ended.reason ?? 'unknown'}`)}
          </p>
          {!wrap_up.required && wrap_up.phase !== 'SENT' && (
            <button type="button" class="quiet" data-testid="room-close" onClick={() => workplace.shut(room)}>
              {wrap_up.phase === 'OPEN' ? t('counsellor.wrap_up.skip') : t('common.close')}
            </button>
          )}
          {wrap_up.phase === 'OPEN' && (
            <button type="button" {...keyOf('WRAP_UP')} onClick={() => screen.focus('WRAP_UP')}>
              {t('counsellor.wrap_up.due')} <Key of="WRAP_UP" />
            </button>
          )}
        </footer>
      ) : (
        <>
          <Presence conversation={conversation} />
          <Voices
            voice={screen.voice(room)}
            onVoice={(voice) => screen.speak(room, voice)}
            audience={t('voice.to.visitor', { name })}
            confidants={t('voice.to.supervisors')}
            keys={keyOf('WHISPER')}
            mark={<Key of="WHISPER" />}
            say={{
              draft: workplace.draft(room).body ?? '',
              focused: isActive,
              suggest,
              onDraft: (body) => workplace.write(room, { body }),
              onSay: (body) => workplace.say(room, body),
              onTyping: (on) => workplace.typing(room, on),
            }}
            whisper={{
              draft: workplace.draft(room).whisper ?? '',
              focused: isActive,
              onDraft: (whisper) => workplace.write(room, { whisper }),
              onSay: (body) => workplace.whisper(room, body),
            }}
          />
        </>
      )}
      <EndQuestion tab={tab} workplace={workplace} screen={screen} />
    </section>
  );
}

interface HeadProps {
  tab: Tab;
  name: string;
  line: string;
  isOne: boolean;
  workplace: Workplace;
  screen: Screen;
}

function Head({ tab, name, line, isOne, workplace, screen }: HeadProps) {
  const { connection, tabs, wide } = workplace.state.value;
  const { room, number, about, handover, conversation } = tab;
  const off = connection !== 'OPEN';
  const handing = handover?.phase === 'ASKING' || handover?.phase === 'OFFERED';
  return (
    <header class="pane-head">
      <div class="pane-who">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <p class="hint">
          {number} · {line}
          {about.matched_at && !conversation.ended && <Running since={about.matched_at} />}
        </p>
        <Supervisors tab={tab} />
      </div>
      {wide && tabs.length > 1 && (
        <button type="button" class="small quiet" data-testid="beside" {...keyOf('BESIDE')} onClick={() => workplace.beside()}>
          {isOne ? t('counsellor.beside') : t('counsellor.beside.one')} <Key of="BESIDE" />
        </button>
      )}
      {!conversation.ended && (
        <>
          <button
            type="button"
            class="small"
            data-testid="transfer"
            disabled={off || handing}
            {...keyOf('TRANSFER')}
            onClick={() => screen.show({ what: 'TRANSFER', room })}
          >
            {t('counsellor.transfer')} <Key of="TRANSFER" />
          </button>
          <button
            type="button"
            class="small"
            data-testid="end"
            disabled={off}
            {...keyOf('END')}
            onClick={() => screen.show({ what: 'END', room })}
          >
            {t('counsellor.end')} <Key of="END" />
          </button>
        </>
      )}
    </header>
  );
}

/** Supervisors the visitor sees too; those who only watch are not told of. */
function Supervisors({ tab }: { tab: Tab }) {
  const there = supervisorsIn(tab);
  const names = there.map(({ name }) => name || t('role.MANAGER')).join(', ');
  return (
    <p class="supervisors" role="status" data-testid="supervisors">
      {there.length > 0 && t('counsellor.supervisors', { names })}
    </p>
  );
}

function Running({ since }: { since: string }) {
  const now = useNow();
  return (
    <span class="figure">
      {' · '}
      <span class="sr-only">{t('counsellor.room.running')}</span> {duration(Date.parse(since), now.value)}
    </span>
  );
}

function EndQuestion({ tab, workplace, screen }: { tab: Tab; workplace: Workplace; screen: Screen }) {
  const over = screen.over.value;
  if (over?.what !== 'END' || over.room !== tab.room || tab.conversation.ended) return null;
  return (
    <Confirm
      question={t('counsellor.end.question', { number: tab.number })}
      detail={t('counsellor.end.detail')}
      yes={t('counsellor.end')}
      no={t('common.back')}
      testid="end-confirm"
      onYes={() => {
        screen.shut();
        workplace.end(tab.room);
      }}
      onNo={() => screen.shut()}
    />
  );
}
