import { t } from '../../lib/i18n';
import { ConnectionLine } from '../../ui/connection';
import { LanguageSwitch } from '../../ui/language';
import { underWay } from './state';
import type { Visit } from './visit';
import { Closed, Elsewhere, Ended } from './views/over';
import { RequestForm, Start } from './views/start';
import { Talk } from './views/talk';
import { Asking, Waiting } from './views/waiting';

export function Desk({ visit }: { visit: Visit }) {
  const state = visit.state.value;
  return (
    <div class="desk" data-stage={state.stage.at}>
      <header class="bar">
        <span class="brand">{t('app.name')}</span>
        <LanguageSwitch />
      </header>
      {underWay(state) && <ConnectionLine connection={state.connection} quiet />}
      <main class="page" key={state.visitor}>
        <Stage visit={visit} />
      </main>
    </div>
  );
}

function Stage({ visit }: { visit: Visit }) {
  const { stage, lines, conversation } = visit.state.value;
  const wipe = () => visit.wipe();
  const ask = visit.ask.bind(visit);
  switch (stage.at) {
    case 'START':
      return <Start lines={lines} onChoose={(line) => visit.choose(line)} onAsk={ask} onIdle={wipe} />;
    case 'DETAILS':
      return <RequestForm line={stage.line} trouble={stage.trouble} onAsk={ask} onBack={wipe} onIdle={wipe} />;
    case 'ASKING':
      return <Asking resuming={false} trouble={stage.trouble} onLeave={wipe} />;
    case 'RESUMING':
      return <Asking resuming trouble={null} onLeave={wipe} />;
    case 'WAITING':
      return <Waiting ticket={stage.ticket} conversation={conversation} onCancel={() => visit.cancel()} />;
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
          reason={stage.reason}
          rated={stage.rated}
          onConsider={(score, comment) => visit.consider(score, comment)}
          onRate={() => visit.rate()}
          onSkip={wipe}
        />
      );
    case 'CLOSED':
      return <Closed reason={stage.reason} next={stage.next} onAgain={wipe} />;
    case 'ELSEWHERE':
      return <Elsewhere onAgain={wipe} />;
  }
}
