import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

import type { Session } from '../lib/account';
import type { OwnAccount } from '../lib/api.gen';
import { t } from '../lib/i18n';
import type { Said } from '../lib/said';
import { LogIn } from './log-in';
import { StepUpSheet } from './step-up';

interface Props {
  session: Session;
  title: string;
  /** Why this account may not see the page; null when it may. */
  refuse?(account: OwnAccount): Said | null;
  /** Whether what was typed waits, out of sight, for the same person to log in again. */
  keeps?: boolean;
  children(account: OwnAccount): ComponentChildren;
}

/** A page for those who are logged in; the log-in form for everybody else. */
export function SessionPage({ session, title, refuse, keeps = false, children }: Props) {
  const present = session.account.value;
  const hasEnded = session.hasEnded.value;
  const last = useRef<OwnAccount | null>(null);
  if (present === 'CHECKING') {
    return (
      <p class="checking" role="status">
        {t('common.loading')}
      </p>
    );
  }
  const refused = present && refuse ? refuse(present) : null;
  const account = refused ? null : present;
  if (account || !keeps || !hasEnded) last.current = account;
  const shown = last.current;
  const notice: Said | null = refused ?? (hasEnded ? { key: session.keepsNoCookie.value ? 'login.no_cookie' : 'login.ended' } : null);
  return (
    <>
      {shown && (
        <div class="session" key="page" hidden={!account}>
          {children(shown)}
        </div>
      )}
      {account && session.stepUp.asking.value && <StepUpSheet stepUp={session.stepUp} factor={account.second_factor} />}
      {!account && (
        <LogIn key={present?.id ?? 'log-in'} title={title} notice={notice} onAccount={(entered) => session.enter(entered)} />
      )}
    </>
  );
}
