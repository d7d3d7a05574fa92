import { useLayoutEffect, useRef, useState } from 'preact/hooks';

import { logIn } from '../lib/api';
import type { OwnAccount } from '../lib/api.gen';
import { LOG_IN_REQUEST, PASSWORD_RESET_REQUEST } from '../lib/bounds.gen';
import { t } from '../lib/i18n';
import { say, type Said } from '../lib/said';
import { createStore } from '../lib/store';
import { LanguageSwitch } from './language';
import { initial, reduce, type LogInAction, type LogInState } from './log-in-state';
import { goesToLong, LongLine, longMarks } from './long';

interface Props {
  title: string;
  /** Said before the first try, for instance why one has been logged out. */
  notice?: Said | null;
  onAccount(account: OwnAccount): void;
}

export function LogIn({ title, notice = null, onAccount }: Props) {
  const [store] = useState(() => createStore<LogInState, LogInAction>(initial(notice), reduce));
  const { step, login, password, code, busy, trouble } = store.state.value;
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (step === 'CODE') field.current?.focus();
  }, [step, trouble]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy || goesToLong(event.currentTarget as HTMLFormElement)) return;
    store.dispatch({ type: 'sending' });
    try {
      onAccount(await logIn(login.trim(), password, step === 'CODE' ? code.trim() : undefined));
    } catch (error) {
      store.dispatch({ type: 'refused', error });
    }
  }

  return (
    <main class="log-in">
      <header class="bar">
        <LanguageSwitch />
      </header>
      <form class="card stack" onSubmit={submit}>
        <h1>{title}</h1>
        {step === 'PASSWORD' ? (
          <>
            <label class="field">
              <span>{t('login.login')}</span>
              <input
                name="login"
                value={login}
                autocomplete="username"
                autocapitalize="none"
                required
                data-testid="login"
                {...longMarks('login-long', login, LOG_IN_REQUEST.login.chars_max)}
                onInput={(event) => store.dispatch({ type: 'typed', values: { login: event.currentTarget.value } })}
              />
              <LongLine id="login-long" text={login} max={LOG_IN_REQUEST.login.chars_max} testid="login-long" />
            </label>
            <label class="field">
              <span>{t('login.password')}</span>
              <input
                name="password"
                type="password"
                value={password}
                autocomplete="current-password"
                required
                data-testid="password"
                {...longMarks('password-long', password, PASSWORD_RESET_REQUEST.password.chars_max)}
                onInput={(event) => store.dispatch({ type: 'typed', values: { password: event.currentTarget.value } })}
              />
              <LongLine id="password-long" text={password} max={PASSWORD_RESET_REQUEST.password.chars_max} testid="password-long" />
            </label>
          </>
        ) : (
          <>
            <label class="field">
              <span>{t('login.code')}</span>
              <input
                ref={field}
                name="code"
                value={code}
                autocomplete="one-time-code"
                autocapitalize="none"
                required
                aria-describedby="code-hint"
                data-testid="code"
                {...longMarks('code-long', code, LOG_IN_REQUEST.code.chars_max)}
                onInput={(event) => store.dispatch({ type: 'typed', values: { code: event.currentTarget.value } })}
              />
              <small id="code-hint">{t('login.code.hint')}</small>
              <LongLine id="code-long" text={code} max={LOG_IN_REQUEST.code.chars_max} testid="code-long" />
            </label>
          </>
        )}
        <p class="trouble" role="alert" data-testid="trouble" data-trouble={trouble?.key ?? ''}>
          {trouble && say(trouble)}
        </p>
        <button class="primary" data-testid="log-in" aria-disabled={busy ? 'true' : undefined}>
          {t('login.submit')}
        </button>
        {step === 'CODE' ? (
          <button type="button" class="quiet" data-testid="log-in-back" onClick={() => store.dispatch({ type: 'back' })}>
            {t('login.code.back')}
          </button>
        ) : (
          <nav class="ways">
            <a href="/reset" data-testid="to-reset">
              {t('login.reset')}
            </a>
            <a href="/signup" data-testid="to-signup">
              {t('login.signup')}
            </a>
          </nav>
        )}
      </form>
    </main>
  );
}
