import type { OwnAccount, OwnDayView } from '../../lib/api.gen';
import { GROUPS } from '../../lib/groups';
import { t } from '../../lib/i18n';
import type { One } from '../../lib/one';
import { ConnectionLine, useSaid } from '../../ui/connection';
import { format, route } from '../../lib/route';
import { Groups } from '../../ui/groups/groups';
import { device } from '../../lib/storage';
import { LanguageSwitch } from '../../ui/language';
import { StorageLine } from '../../ui/storage-line';
import type { Alerts } from './alerts';
import type { Replies } from './canned';
import type { Part, Screen } from './screen';
import { unread } from './tabs';
import { Duty } from './views/duty';
import { Lines, TodayFigures } from './views/figures';
import { Help } from './views/help';
import { TalkSheet } from './views/history';
import { Key, keyOf } from './views/key';
import { Panes } from './views/pane';
import { RepliesSheet } from './views/replies';
import { Rings } from './views/rings';
import { BehindNews, RoomList } from './views/rooms';
import { Side } from './views/side';
import { Transfer } from './views/transfer';
import type { Workplace } from './workplace';

interface Props {
  account: OwnAccount;
  workplace: Workplace;
  screen: Screen;
  alerts: Alerts;
  replies: Replies;
  today: One<OwnDayView>;
  onLogOut(): void;
  /** The log-in may be over. */
  onDoubt(): void;
}

export function Counsellor(props: Props) {
  const { account, workplace, screen, alerts, replies, today } = props;
  const { connection, mine, stopped } = workplace.state.value;
  return (
    <div class="counsellor" data-part={screen.part.value}>
      <Head {...props} />
      {stopped ? (
        <Stopped workplace={workplace} />
      ) : (
        <>
          <ConnectionLine connection={connection} quiet />
          <StorageLine of={device} />
          <Parts workplace={workplace} screen={screen} />
          <div class="stage">
            <div class="workplace">
              <div class="left">
                <Duty workplace={workplace} alerts={alerts} />
                <RoomList workplace={workplace} screen={screen} />
                {/* Together, once it is known how many lines there are: one after the other they would push each other. */}
                {mine && (
                  <>
                    <GroupsLink />
                    <Lines workplace={workplace} lines={mine.lines} />
                    <TodayFigures today={today} />
                  </>
                )}
              </div>
              <main class="desktop">
                <h1 class="sr-only">{t('counsellor.title')}</h1>
                <Notice workplace={workplace} />
                {route.value.section === GROUPS ? (
                  <Groups id={route.value.id} me={account.id} manages={account.role !== 'COUNSELLOR'} onFarewell={props.onDoubt} />
                ) : (
                  <Panes workplace={workplace} screen={screen} replies={replies.items.value} me={account.name} />
                )}
                <BehindNews workplace={workplace} />
              </main>
              <Side me={account.id} workplace={workplace} screen={screen} />
            </div>
            <Rings workplace={workplace} />
          </div>
          <Over {...props} />
        </>
      )}
    </div>
  );
}

function Head({ account, workplace, screen, onLogOut }: Props) {
  const said = useSaid(workplace.state.value.connection);
  return (
    <header class="bar">
      <span class="brand">{t('counsellor.title')}</span>
      <span class="connection-dot" data-connection={said} aria-hidden="true">
        {said === 'RETRYING' || said === 'BLOCKED' ? '' : t(`connection.${said}`)}
      </span>
      <a class="me" href="/account" data-testid="to-account">
        <bdi>{account.name}</bdi>
      </a>
      <button type="button" class="small quiet" data-testid="replies" {...keyOf('REPLIES')} onClick={() => screen.show({ what: 'REPLIES' })}>
        {t('counsellor.canned')} <Key of="REPLIES" />
      </button>
      <button type="button" class="small quiet" data-testid="keys" {...keyOf('HELP')} onClick={() => screen.show({ what: 'HELP' })}>
        {t('counsellor.keys')} <Key of="HELP" />
      </button>
      <LanguageSwitch />
      <button type="button" class="small quiet" data-testid="log-out" onClick={onLogOut}>
        {t('login.out')}
      </button>
    </header>
  );
}

/** The way to the group rooms, which take the place of the conversations. */
function GroupsLink() {
  return (
    <nav class="groups-nav" aria-label={t('groups.title')}>
      <a
        class="groups-link"
        href={format(GROUPS)}
        data-testid="to-groups"
        aria-current={route.value.section === GROUPS ? 'page' : undefined}
      >
        {t('groups.title')}
      </a>
    </nav>
  );
}

const PARTS: readonly Part[] = ['ROOMS', 'TALK', 'ABOUT'];

/** On a narrow screen: which part is shown. */
function Parts({ workplace, screen }: { workplace: Workplace; screen: Screen }) {
  const { tabs } = workplace.state.value;
  const count = tabs.reduce((sum, tab) => sum + unread(tab), 0);
  return (
    <nav class="parts" aria-label={t('counsellor.parts')}>
      {PARTS.map((part) => (
        <button
          key={part}
          type="button"
          class="quiet"
          aria-pressed={screen.part.value === part}
          data-testid={`part-${part}`}
          onClick={() => {
            screen.part.value = part;
          }}
        >
          {t(`counsellor.part.${part}`)}
          {part === 'ROOMS' && count > 0 && <span class="badge">{count}</span>}
        </button>
      ))}
    </nav>
  );
}

function Notice({ workplace }: { workplace: Workplace }) {
  const { notice } = workplace.state.value;
  return (
    <div class="notice" role="status" data-testid="notice">
      {notice && (
        <>
          <span>{t(notice.key, notice.values)}</span>
          <button type="button" class="small quiet" onClick={() => workplace.dismiss()}>
            {t('common.close')}
          </button>
        </>
      )}
    </div>
  );
}

/** What lies over the screen, one at a time. The question before an end belongs to its room. */
function Over({ account, workplace, screen, replies }: Props) {
  const over = screen.over.value;
  const shut = () => screen.shut();
  switch (over?.what) {
    case 'HELP':
      return <Help onShut={shut} />;
    case 'REPLIES':
      return <RepliesSheet replies={replies} onShut={shut} />;
    case 'TALK':
      return <TalkSheet key={over.id} id={over.id} workplace={workplace} onShut={shut} />;
    case 'TRANSFER': {
      const tab = workplace.state.value.tabs.find(({ room }) => room === over.room);
      if (!tab || tab.conversation.ended) return null;
      return <Transfer key={over.room} tab={tab} me={account.id} workplace={workplace} onShut={shut} />;
    }
    default:
      return null;
  }
}

/** The socket will not come back by itself: why, and what the person can do. */
function Stopped({ workplace }: { workplace: Workplace }) {
  const { stopped } = workplace.state.value;
  if (stopped === null) return null;
  const elsewhere = stopped === 'REPLACED';
  return (
    <main class="card stack centred stopped" data-testid={elsewhere ? 'elsewhere' : 'stopped'}>
      <h1>{elsewhere ? t('counsellor.elsewhere.title') : t(`counsellor.stopped.${stopped}`)}</h1>
      {elsewhere && <p role="status">{t('counsellor.elsewhere.detail')}</p>}
      <button type="button" class="primary" data-testid="take-over" onClick={() => workplace.takeOver()}>
        {elsewhere ? t('counsellor.elsewhere.take') : t('common.again')}
      </button>
    </main>
  );
}
