import { useState } from 'preact/hooks';

import { ApiError, logIn, type Account } from '../lib/api';
import { t } from '../lib/i18n';
import { LanguageSwitch } from './language';

interface Props {
  title: string;
  /** Said before the first try, for instance why one has been logged out. */
  notice?: string | null;
  onAccount(account: Account): void;
}

export function LogIn({ title, notice = null, onAccount }: Props) {
  const [trouble, setTrouble] = useState(notice);
  const [busy, setBusy] = useState(false);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setBusy(true);
    setTrouble(null);
    try {
      onAccount(await logIn(String(form.get('login')).trim(), String(form.get('password'))));
    } catch (error) {
      setTrouble(reasonOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <main class="log-in">
      <header class="bar">
        <LanguageSwitch />
      </header>
      <form class="card stack" onSubmit={submit}>
        <h1>{title}</h1>
        <label class="field">
          <span>{t('login.login')}</span>
          <input name="login" autocomplete="username" autocapitalize="none" required data-testid="login" />
        </label>
        <label class="field">
          <span>{t('login.password')}</span>
          <input name="password" type="password" autocomplete="current-password" required data-testid="password" />
        </label>
        <p class="trouble" role="alert">
          {trouble}
        </p>
        <button class="primary" data-testid="log-in" disabled={busy}>
          {t('login.submit')}
        </button>
      </form>
    </main>
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ApiError)) return t('common.unreachable');
  if (error.status === 401 || error.status === 422) return t('login.failed');
  if (error.status === 429) return t('login.later', { seconds: error.retry_after_s ?? 60 });
  return error.message;
}
