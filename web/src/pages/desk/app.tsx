import { useLayoutEffect, useRef } from 'preact/hooks';

import { choices, lineName, type Choice } from '../../lib/busy';
import { language, t } from '../../lib/i18n';
import type { OfficeFeed } from '../../lib/office-feed';
import type { LineInfo } from '../../lib/protocol.gen';
import { tab } from '../../lib/storage';
import { ConnectionLine } from '../../ui/connection';
import { LanguageSwitch } from '../../ui/language';
import { StorageLine } from '../../ui/storage-line';
import type { Notices } from './notices';
import { isBefore, isSending, underWay, type DeskState } from './state';
import { Closed, Elsewhere, Ended } from './views/over';
import { Details, Ready } from './views/ready';
import { Start } from './views/start';
import { StillThere } from './views/still-there';
import { Talk } from './views/talk';
import { Asking, Handover, Waiting } from './views/waiting';
import type { Visit } from './visit';

interface Props {
  visit: Visit;
  feed: OfficeFeed;
  notices: Notices;
}

export function Desk({ visit, feed, notices }: Props) {
  const state = visit.state.value;
  const warning = visit.warning.value;
  const page = useRef<HTMLDivElement>(null);
  const shown = useRef(state.stage.at);
  // Another screen is read from its title on, also by those who hear it. A talk puts the focus where one writes.
  useLayoutEffect(() => {
    if (shown.current === state.stage.at) return;
    shown.current = state.stage.at;
    page.current?.scrollTo(0, 0);
    if (state.stage.at !== 'CHAT') page.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }, [state.stage.at]);
  return (
    <div class="desk" ref={page} data-stage={state.stage.at}>
      <header class="bar">
        <span class="brand">{feed.office.value?.name ?? t('app.name')}</span>
        <LanguageSwitch />
      </header>
      {underWay(state) || isSending(state) ? <ConnectionLine connection={state.connection} quiet /> : <OfficeLine state={state} feed={feed} />}
      {underWay(state) && <StorageLine of={tab} />}
      <main class="page" key={state.visitor}>
        <Stage visit={visit} feed={feed} notices={notices} />
      </main>
      {warning && <StillThere warning={warning} onHere={() => visit.here()} onLeave={() => visit.leave()} />}
    </div>
  );
}

/** One calm line while nothing can be asked, or soon cannot. */
function OfficeLine({ state, feed }: { state: DeskState; feed: OfficeFeed }) {
  if (!isBefore(state)) return null;
  const lost = feed.reach.value === 'LOST' || state.lines.status === 'FAILED';
  const draining = feed.office.value?.draining === true;
  return (
    <p class={lost || draining ? 'connection trouble' : 'connection sr-only'} role="status" data-testid="office-line">
      {lost ? t('desk.lines.failed') : draining ? t('desk.draining') : ''}
    </p>
  );
}

function Stage({ visit, feed, notices }: Props) {
  const { stage, lines, conversation } = visit.state.value;
  const office = feed.office.value;
  const wipe = () => visit.wipe();
  switch (stage.at) {
    case 'START': {
      const [only, ...others] = choices(lines.items, office?.lines, language.value);
      // With one line there is nothing to choose: the request is one button away.
      const gone = stage.gone === true;
      if (!only || others.length > 0) {
        return <Start lines={lines} office={office} gone={gone} onChoose={(line) => visit.choose(line)} />;
      }
      const tell = () => (visit.choose(only.line), visit.tell());
      return <Ready choice={only} draft={BLANK} gone={gone} onAsk={() => visit.ask(only.line, '', '')} onTell={tell} />;
    }
    case 'READY':
    case 'DETAILS': {
      const { line, draft } = stage;
      const ask = () => visit.ask(line, draft.nickname, draft.note);
      const back = () => visit.back();
      if (stage.at === 'READY') {
        const tell = () => visit.tell();
        return <Ready choice={choiceOf(visit, feed, line)} draft={draft} onAsk={ask} onTell={tell} onBack={back} />;
      }
      const write = visit.draft.bind(visit);
      return <Details line={line} draft={draft} trouble={stage.trouble} onDraft={write} onAsk={ask} onBack={back} />;
    }
    case 'ASKING':
      return <Asking resuming={false} trouble={stage.trouble} wait_s={stage.wait_s} onLeave={wipe} />;
    case 'RESUMING':
      return <Asking resuming trouble={null} wait_s={null} onLeave={wipe} />;
    case 'WAITING':
      return (
        <Waiting
          ticket={stage.ticket}
          line={nameOf(visit, stage.ticket.line)}
          conversation={conversation}
          notices={notices.items.value}
          onCancel={() => visit.cancel()}
        />
      );
    case 'HANDOVER':
      return <Handover conversation={conversation} onCancel={() => visit.leave()} />;
    case 'CHAT':
      return (
        conversation && (
          <Talk
            conversation={conversation}
            number={stage.ticket?.number ?? null}
            onSay={(body) => visit.say(body)}
            onTyping={(on) => visit.typing(on)}
            onEnd={() => visit.end()}
          />
        )
      );
    case 'ENDED':
      return (
        <Ended
          key={stage.room}
          stage={stage}
          onConsider={(score, comment) => visit.consider(score, comment)}
          onRate={() => visit.rate()}
          onSkip={wipe}
        />
      );
    case 'CLOSED':
      return <Closed reason={stage.reason} onAgain={wipe} />;
    case 'ELSEWHERE':
      return <Elsewhere onTakeBack={() => visit.takeBack()} onAgain={wipe} />;
  }
}

const BLANK = { nickname: '', note: '' };

/** A chosen line as it is now. */
function choiceOf(visit: Visit, feed: OfficeFeed, line: LineInfo): Choice {
  const every = choices(visit.state.value.lines.items, feed.office.value?.lines, line.language);
  return every.find((each) => each.line.topic === line.topic) ?? { line, load: null, open: line.open };
}

function nameOf(visit: Visit, topic: string): string | null {
  const line = visit.state.value.lines.items.find((each) => each.topic === topic);
  return line ? lineName(line) : null;
}
