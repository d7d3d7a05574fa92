import { useEffect, useRef, useState } from 'preact/hooks';

import { t } from '../../../../lib/i18n';
import type { Room } from '../../../../lib/room';
import { format, listOf } from '../../../../lib/route';
import { Messages, nameOf, Presence } from '../../../../ui/chat';
import { Confirm } from '../../../../ui/confirm';
import { ConnectionLine } from '../../../../ui/connection';
import { Voices } from '../../../../ui/voices';
import { whisperAsides } from '../../../../ui/whispers';
import type { Office } from '../../office';
import type { Act, Screen } from '../screen';
import type { LiveRoom } from '../state';
import { People } from './people';
import type { Supervision } from './supervision';
import './watch.css';

interface Props {
  screen: Screen;
  office: Office;
  onAct(act: Act): void;
}

/** One room beside the lists: read along, whisper to its counsellor, or come in. */
export function Watch({ screen, office, onAct }: Props) {
  const { supervision } = screen;
  const room = supervision.room.value;
  const next = room?.state.value.next_room ?? null;
  useEffect(() => {
    // In the place of the room that is over, so that the way back does not lead into it.
    if (next !== null) location.replace(format('live', next));
  }, [next]);
  useEffect(() => {
    const looked = () => room?.looked();
    document.addEventListener('visibilitychange', looked);
    return () => document.removeEventListener('visibilitychange', looked);
  }, [room]);
  if (!room) return null;
  return (
    <section class="watch" aria-label={t('watch.title')} data-testid="watch" data-room={room.room}>
      <Head key={room.room} room={room} screen={screen} office={office} onAct={onAct} />
      <Inside room={room} supervision={supervision} name={office.account.name} />
    </section>
  );
}

function Head({ room, screen, office, onAct }: Props & { room: Room }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // On a screen of one pane the room fills it.
    heading.current?.closest('.watch')?.scrollIntoView({ block: 'start' });
    heading.current?.focus({ preventScroll: true });
  }, [room]);
  const { seat, conversation } = room.state.value;
  const live = screen.feed.state.value.rooms.get(room.room);
  // A room that is over leaves the list; what it was called stays for whoever reads it here.
  const last = useRef(live);
  if (live) last.current = live;
  const { number, line, language } = last.current ?? {};
  const visitor = Object.values(conversation?.members ?? {}).find(({ role, state }) => role === 'DESK' && state !== 'LEFT');
  const ended = conversation?.ended ?? null;
  // Every line has its place before it is known and after it is over, or all below would move.
  return (
    <header class="watch-head">
      <h3 ref={heading} tabIndex={-1}>
        {number ?? t('watch.title')} {visitor && conversation && <bdi>{nameOf(conversation, visitor.member)}</bdi>}
      </h3>
      <a href={listOf('live')} class="watch-shut" data-testid="watch-shut">
        {t('common.close')}
      </a>
      <p class="hint watch-line">{line && office.lookups.topic(line, language ?? null)}</p>
      {ended ? (
        <p class="watch-acts watch-ended" role="status" data-testid="watch-ended" data-reason={ended.reason ?? ''}>
          {t(`watch.ended.${ended.reason ?? 'unknown'}`)}
        </p>
      ) : (
        <div class="watch-acts">{seat && <Acts room={room} live={live ?? null} watching={seat.watching} screen={screen} office={office} onAct={onAct} />}</div>
      )}
    </header>
  );
}

interface ActsProps extends Props {
  room: Room;
  /** As the list has it; null until it is there. */
  live: LiveRoom | null;
  watching: boolean;
}

function Acts({ room, live, watching, screen, office, onAct }: ActsProps) {
  const { supervision } = screen;
  const [asks, setAsks] = useState(false);
  const off = room.state.value.connection !== 'OPEN';
  return (
    <>
      {watching ? (
        <button type="button" disabled={off} data-testid="watch-join" onClick={() => setAsks(true)}>
          {t('watch.join')}
        </button>
      ) : (
        <button type="button" disabled={off} data-testid="watch-leave" onClick={() => supervision.leave()}>
          {t('watch.leave')}
        </button>
      )}
      <button type="button" disabled={!live} data-testid="watch-move" onClick={() => live && onAct({ kind: 'MOVE', room: live })}>
        {t('live.move')}
      </button>
      <button type="button" disabled={!live} data-testid="watch-end" onClick={() => live && onAct({ kind: 'END', room: live })}>
        {t('admin.end_room')}
      </button>
      {asks && (
        <Confirm
          question={t('watch.join.question')}
          detail={t('watch.join.detail', { name: office.account.name })}
          yes={t('watch.join')}
          no={t('common.back')}
          plain
          testid="watch-join-confirm"
          onYes={() => {
            setAsks(false);
            supervision.join();
          }}
          onNo={() => setAsks(false)}
        />
      )}
    </>
  );
}

interface InsideProps {
  room: Room;
  supervision: Supervision;
  /** One's own, as the visitor would see it. */
  name: string;
}

function Inside({ room, supervision, name }: InsideProps) {
  const { connection, stopped, gone, seat, conversation, whispers } = room.state.value;
  if (gone) return <Note testid="watch-gone" title={t('watch.gone')} detail={t('watch.gone.detail')} />;
  if (!seat || !conversation) {
    if (stopped) return <Stopped room={room} />;
    return (
      <p class="hint" role="status">
        {t(`connection.${connection === 'OPEN' ? 'CONNECTING' : connection}`)}
      </p>
    );
  }
  const { ended } = conversation;
  return (
    <>
      <People conversation={conversation} watching={seat.watching} />
      <p class="watch-state" role="status" data-testid="watch-state" data-state={ended ? 'OVER' : seat.watching ? 'WATCHING' : 'JOINED'}>
        {!ended && (seat.watching ? t('watch.state.WATCHING') : t('watch.state.JOINED', { name }))}
        {!ended && supervision.followed.value && ` ${t('watch.followed')}`}
      </p>
      <Messages conversation={conversation} asides={whisperAsides(whispers, ended !== null)} />
      {!ended &&
        (stopped ? (
          <Stopped room={room} />
        ) : (
          <>
            <Presence conversation={conversation} />
            <ConnectionLine connection={connection} quiet testid="room-connection" />
            <Speak room={room} supervision={supervision} name={name} watching={seat.watching} />
          </>
        ))}
    </>
  );
}

function Speak({ room, supervision, name, watching }: InsideProps & { watching: boolean }) {
  const { drafts, voice } = supervision;
  return (
    <Voices
      voice={voice.value}
      onVoice={(next) => (voice.value = next)}
      audience={t('watch.to.visitor', { name })}
      confidants={t('watch.to.counsellor')}
      say={
        watching
          ? null
          : {
              draft: drafts.say,
              onDraft: (body) => (drafts.say = body),
              onSay: (body) => room.say(body),
              onTyping: (on) => room.typing(on),
            }
      }
      whisper={{
        draft: drafts.whisper,
        onDraft: (body) => (drafts.whisper = body),
        onSay: (body) => room.whisper(body),
      }}
    />
  );
}

/** The socket will not come back by itself. */
function Stopped({ room }: { room: Room }) {
  const { stopped } = room.state.value;
  const isElsewhere = stopped === 'REPLACED';
  return (
    <div class="notice" role="status" data-testid="watch-stopped" data-why={stopped}>
      <p>{t(isElsewhere ? 'watch.elsewhere' : 'watch.stopped')}</p>
      <button type="button" data-testid="watch-again" onClick={() => room.start()}>
        {t(isElsewhere ? 'watch.elsewhere.take' : 'common.again')}
      </button>
    </div>
  );
}

function Note({ testid, title, detail }: { testid: string; title: string; detail: string }) {
  return (
    <div class="stack watch-note" role="status" data-testid={testid}>
      <strong>{title}</strong>
      <p>{detail}</p>
      <a href={listOf('live')}>{t('watch.back')}</a>
    </div>
  );
}
