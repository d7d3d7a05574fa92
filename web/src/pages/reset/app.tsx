import { PASSWORD_LINK_REQUEST } from '../../lib/bounds.gen';
import { t } from '../../lib/i18n';
import { FormBox, Submit, TextField, Trouble } from '../../ui/form';
import { Note, PlainPage } from '../../ui/plain-page';
import type { Reset } from './reset';

export function ResetPage({ reset }: { reset: Reset }) {
  return (
    <PlainPage>
      <Stage reset={reset} />
    </PlainPage>
  );
}

function Stage({ reset }: { reset: Reset }) {
  const stage = reset.stage.value;
  switch (stage.at) {
    case 'ASK':
      return <Ask reset={reset} />;
    case 'NEW':
      return <New reset={reset} />;
    case 'SENT':
      return (
        <Note title={t('reset.sent.title')} testid="sent">
          <p>{t('reset.sent.detail')}</p>
          <button type="button" data-testid="reset-again" onClick={() => reset.again()}>
            {t('reset.again')}
          </button>
        </Note>
      );
    case 'NO_MAIL':
      return (
        <Note title={t('reset.no_mail.title')} testid="sent-without-mail">
          <p>{t('reset.no_mail.detail')}</p>
        </Note>
      );
    case 'BAD_LINK':
      return (
        <Note title={t('reset.bad_link.title')} testid="dead-end" why="BAD_LINK">
          <p>{t('reset.bad_link.detail')}</p>
          <button type="button" class="primary" data-testid="reset-again" onClick={() => reset.again()}>
            {t('reset.again')}
          </button>
        </Note>
      );
    case 'DONE':
      return (
        <Note title={t('reset.done.title')} testid="done">
          <p>{t('reset.done.detail')}</p>
          <nav class="ways">
            <a href="/counsellor" data-testid="to-counsellor">
              {t('login.title.counsellor')}
            </a>
            <a href="/admin" data-testid="to-admin">
              {t('login.title.admin')}
            </a>
          </nav>
        </Note>
      );
  }
}

function Ask({ reset }: { reset: Reset }) {
  const form = reset.asking;
  return (
    <FormBox form={form} class="card stack" onSubmit={() => void reset.ask()}>
      <h1>{t('reset.title')}</h1>
      <p class="hint">{t('reset.hint')}</p>
      <TextField form={form} name="login" label={t('reset.login')} charsMax={PASSWORD_LINK_REQUEST.login.chars_max} autocomplete="username" />
      <Trouble form={form} />
      <Submit form={form} label={t('reset.ask')} testid="reset-ask" />
      <nav class="ways">
        <a href="/counsellor">{t('signup.to_login')}</a>
      </nav>
    </FormBox>
  );
}

function New({ reset }: { reset: Reset }) {
  const form = reset.setting;
  return (
    <FormBox form={form} class="card stack" onSubmit={() => void reset.set()}>
      <h1>{t('reset.title')}</h1>
      <TextField
        form={form}
        name="password"
        label={t('account.password.new')}
        hint={t('setup.password.hint')}
        type="password"
        autocomplete="new-password"
      />
      <TextField form={form} name="again" label={t('setup.password.again')} type="password" autocomplete="new-password" />
      <Trouble form={form} />
      <Submit form={form} label={t('reset.set')} testid="reset-set" />
    </FormBox>
  );
}
