import { SIGN_UP_REQUEST } from '../../lib/bounds.gen';
import { t } from '../../lib/i18n';
import { FormBox, Submit, TextField, Trouble } from '../../ui/form';
import { Note, PlainPage } from '../../ui/plain-page';
import type { SignUp } from './sign-up';

export function SignUpPage({ signUp }: { signUp: SignUp }) {
  const sentTo = signUp.sentTo.value;
  return (
    <PlainPage>
      {sentTo === null ? (
        <Request signUp={signUp} />
      ) : !signUp.hasMail.value ? (
        <Note title={t('signup.no_mail.title')} testid="sent-without-mail">
          <p>{t('signup.no_mail.detail')}</p>
        </Note>
      ) : (
        <Note title={t('signup.sent.title')} testid="sent">
          <p>{t('signup.sent.detail', { email: sentTo })}</p>
          <p class="hint">{t('signup.sent.then')}</p>
        </Note>
      )}
    </PlainPage>
  );
}

function Request({ signUp }: { signUp: SignUp }) {
  const { form } = signUp;
  return (
    <FormBox form={form} class="card stack" onSubmit={() => void signUp.submit()}>
      <h1>{t('signup.title')}</h1>
      <p class="hint">{t('signup.hint')}</p>
      <TextField form={form} name="login" label={t('login.login')} charsMax={SIGN_UP_REQUEST.login.chars_max} autocomplete="username" />
      <TextField
        form={form}
        name="name"
        label={t('setup.name')}
        hint={t('setup.name.hint')}
        charsMax={SIGN_UP_REQUEST.name.chars_max}
        autocomplete="name"
      />
      <TextField
        form={form}
        name="email"
        label={t('account.email')}
        hint={t('signup.email.hint')}
        type="email"
        charsMax={SIGN_UP_REQUEST.email.chars_max}
        autocomplete="email"
      />
      <TextField
        form={form}
        name="password"
        label={t('login.password')}
        hint={t('setup.password.hint')}
        type="password"
        autocomplete="new-password"
      />
      <TextField form={form} name="again" label={t('setup.password.again')} type="password" autocomplete="new-password" />
      <Trouble form={form} />
      <Submit form={form} label={t('signup.submit')} testid="sign-up" />
      <nav class="ways">
        <a href="/counsellor">{t('signup.to_login')}</a>
      </nav>
    </FormBox>
  );
}
