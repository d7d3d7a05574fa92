import { useState } from 'preact/hooks';

import type { OwnAccount } from '../../lib/api.gen';
import { t } from '../../lib/i18n';
import { format, listOf, route } from '../../lib/route';
import { Groups } from '../../ui/groups/groups';
import { LanguageSwitch } from '../../ui/language';
import { AccountList } from './accounts/list';
import { AccountPage } from './accounts/detail';
import { AuditList } from './audit/list';
import { CodeList } from './codes/list';
import { ConsultationPage } from './consultations/detail';
import { ConsultationList } from './consultations/list';
import { DeskPage } from './desks/detail';
import { DeskList } from './desks/list';
import { LineList } from './lines/list';
import { LinePage } from './lines/detail';
import type { Feed } from './live/feed';
import { Screen } from './live/screen';
import { Live } from './live/view';
import { NoticeList } from './notices/list';
import { Office } from './office';
import { ReplyList } from './replies/list';
import { maySee, SECTIONS, sectionOf, type Section } from './sections';
import { ServersPage } from './servers/view';
import { StatisticsPage } from './statistics/view';
import { TryPage } from './try/view';

interface Props {
  account: OwnAccount;
  feed: Feed;
  onLogOut(): void;
  /** The log-in may be over. */
  onDoubt(): void;
}

/** The page for somebody who may see it. `key` it by the account. */
export function Admin({ account, feed, onLogOut, onDoubt }: Props) {
  const [office] = useState(() => new Office(account));
  const [screen] = useState(() => new Screen(feed, { farewell: onDoubt }));
  const section = sectionOf(route.value.section);
  return (
    <div class="admin">
      <header class="bar">
        <h1 class="brand">{t('admin.title')}</h1>
        <div class="who">
          <a href="/account" data-testid="to-account">
            {account.name}
          </a>
          <LanguageSwitch />
          <button type="button" class="quiet" data-testid="log-out" onClick={onLogOut}>
            {t('login.out')}
          </button>
        </div>
      </header>
      <nav class="sections" aria-label={t('admin.sections')}>
        {SECTIONS.filter((each) => maySee(each, account.power)).map((each) => (
          <a
            key={each}
            href={each === section ? format(each) : listOf(each)}
            data-testid={`view-${each}`}
            aria-current={each === section ? 'page' : undefined}
          >
            {t(`admin.${each}`)}
          </a>
        ))}
      </nav>
      <main class={`stack tables in-${section}`}>
        {account.second_factor_required && !account.second_factor && <FactorBanner />}
        {account.role === 'MANAGER' && !account.all_lines && account.lines.length === 0 && <NoLinesBanner />}
        <View office={office} section={section} screen={screen} onDoubt={onDoubt} />
      </main>
    </div>
  );
}

/** A manager who has no line sees no records: they are told why all is empty. */
function NoLinesBanner() {
  return (
    <p class="notice" data-testid="no-lines-banner">
      {t('admin.lines.none')}
    </p>
  );
}

/** An admin has a manager's powers until they have a second factor. */
function FactorBanner() {
  return (
    <p class="notice" data-testid="factor-banner">
      {t('admin.factor.needed')}{' '}
      <a href="/account" data-testid="to-factor">
        {t('admin.factor.set_up')}
      </a>
    </p>
  );
}

interface ViewProps {
  office: Office;
  section: Section;
  screen: Screen;
  onDoubt(): void;
}

function View({ office, section, screen, onDoubt }: ViewProps) {
  const { id, query } = route.value;
  switch (section) {
    case 'live':
      return <Live screen={screen} office={office} />;
    case 'groups':
      return <Groups id={id} me={office.account.id} manages onFarewell={onDoubt} />;
    case 'consultations':
      return id ? <ConsultationPage key={id} office={office} id={id} /> : <ConsultationList office={office} query={query} />;
    case 'statistics':
      return <StatisticsPage office={office} query={query} />;
    case 'accounts':
      return id ? <AccountPage key={id} office={office} id={id} /> : <AccountList office={office} query={query} />;
    case 'desks':
      return id ? <DeskPage key={id} office={office} id={id} /> : <DeskList office={office} query={query} />;
    case 'lines':
      return id ? <LinePage key={id} office={office} id={id} /> : <LineList office={office} />;
    case 'codes':
      return <CodeList office={office} query={query} />;
    case 'notices':
      return <NoticeList />;
    case 'replies':
      return <ReplyList query={query} />;
    case 'audit':
      return <AuditList office={office} query={query} />;
    case 'servers':
      return <ServersPage office={office} />;
    case 'try':
      return <TryPage office={office} />;
  }
}
