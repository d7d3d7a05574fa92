import { useLayoutEffect, useRef } from 'preact/hooks';

import { t } from '../../lib/i18n';
import { tab } from '../../lib/storage';
import { LogIn } from '../../ui/log-in';
import { PlainPage } from '../../ui/plain-page';
import { StorageLine } from '../../ui/storage-line';
import { GuidePage } from './guide-page';
import type { Setup } from './setup';
import type { DeadEnd, Stage, Trouble } from './state';

export function SetupPage({ setup }: { setup: Setup }) {
  const stage = setup.stage.value;
  const account = setup.session.account.value;
  const step = setup.guide.step.value;
  if (stage.at === 'FORM') return (
    <PlainPage>
      <StorageLine of={tab} />
      <AdminForm key={stage.token} stage={stage} setup={setup} />
    </PlainPage>
  );
  // Who tries the desk has logged out here, and still reads what to try.
  if (step === 'TRY' && account !== 'CHECKING') return <GuidePage setup={setup} step={step} />;
  if (account === 'CHECKING') return <Checking />;
  if (account?.role === 'ADMIN') return <GuidePage setup={setup} step={step ?? 'FACTOR'} />;
  if (account === null && step !== null) {
    return <LogIn title={t('guide.title')} onAccount={(entered) => setup.session.enter(entered)} />;
  }
  return (
    <PlainPage>
      {stage.at === 'DONE' && <Done login={stage.login} />}
      {stage.at === 'DEAD_END' && <DeadEndNote why={stage.why} />}
    </PlainPage>
  );
}

function Checking() {
  return (
    <p class="checking" role="status">
      {t('common.loading')}
    </p>
  );
}

/** The field a trouble is about. */
function fieldOf(trouble: Trouble | null): 'login' | 'name' | 'password' | 'again' | null {
  switch (trouble) {
    case 'LOGIN':
    case 'LOGIN_LONG':
    case 'LOGIN_TAKEN':
      return 'login';
    case 'NAME':
    case 'NAME_LONG':
      return 'name';
    case 'PASSWORD_COMMON':
    case 'PASSWORD_REPEATED':
    case 'PASSWORD_SHORT':
    case 'PASSWORD_LONG':
      return 'password';
    case 'PASSWORDS_DIFFER':
      return 'again';
    default:
      return null;
  }
}

function AdminForm({ stage, setup }: { stage: Extract<Stage, { at: 'FORM' }>; setup: Setup }) {
  const form = useRef<HTMLFormElement>(null);
  const wrong = fieldOf(stage.trouble);
  useLayoutEffect(() => {
    if (wrong) form.current?.querySelector<HTMLInputElement>(`input[name="${wrong}"]`)?.focus();
  }, [stage, wrong]);
  const marks = (name: NonNullable<typeof wrong>) => ({
    name,
    required: true,
    'data-testid': name,
    ...(wrong === name && { 'aria-invalid': true, 'aria-errormessage': 'trouble' }),
  });
  return (
    <form
      ref={form}
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        const typed = new FormData(event.currentTarget);
        const text = (name: string) => String(typed.get(name) ?? '');
        const [login, name, password, again] = [text('login'), text('name'), text('password'), text('again')];
        void setup.submit({ login, name, password, again });
      }}
    >
      <h1>{t('setup.title')}</h1>
      <p class="hint">{t('setup.hint')}</p>
      <label class="field">
        <span>{t('login.login')}</span>
        <input {...marks('login')} autocomplete="username" autocapitalize="none" />
      </label>
      <label class="field">
        <span>{t('setup.name')}</span>
        <input {...marks('name')} autocomplete="name" aria-describedby="name-hint" />
        <small id="name-hint">{t('setup.name.hint')}</small>
      </label>
      <label class="field">
        <span>{t('login.password')}</span>
        <input {...marks('password')} type="password" autocomplete="new-password" aria-describedby="password-hint" />
        <small id="password-hint">{t('setup.password.hint')}</small>
      </label>
      <label class="field">
        <span>{t('setup.password.again')}</span>
        <input {...marks('again')} type="password" autocomplete="new-password" />
      </label>
      <p id="trouble" class="trouble" role="alert" data-testid="trouble" data-trouble={stage.trouble ?? ''}>
        {stage.trouble && t(`setup.trouble.${stage.trouble}`)}
      </p>
      <button class="primary" data-testid="set-up" aria-disabled={stage.busy ? 'true' : undefined}>
        {t(stage.busy ? 'setup.making' : 'setup.make')}
      </button>
    </form>
  );
}

function Done({ login }: { login: string }) {
  return (
    <section class="card stack" data-testid="done">
      <div role="status">
        <h1>{t('setup.done.title')}</h1>
      </div>
      <p>{t('setup.done.detail', { login })}</p>
      <ToAdmin />
    </section>
  );
}

function DeadEndNote({ why }: { why: DeadEnd }) {
  return (
    <section class="card stack" data-testid="dead-end" data-why={why}>
      <div role="status">
        <h1>{t(`setup.${why}.title`)}</h1>
      </div>
      <p>{t(`setup.${why}.detail`)}</p>
      {why === 'ALREADY_SET_UP' && <ToAdmin />}
    </section>
  );
}

function ToAdmin() {
  return (
    <a class="button" href="/admin" data-testid="to-admin">
      {t('setup.to_admin')}
    </a>
  );
}
