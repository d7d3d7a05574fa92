import { t } from '../../lib/i18n';
import { Failed, Loading } from '../../ui/listing';
import { Note, PlainPage } from '../../ui/plain-page';
import type { Verification } from './verification';

export function VerificationPage({ verification }: { verification: Verification }) {
  return (
    <PlainPage>
      <Stage verification={verification} />
    </PlainPage>
  );
}

function Stage({ verification }: { verification: Verification }) {
  const stage = verification.stage.value;
  switch (stage.at) {
    case 'ASKING':
      return (
        <section class="card stack">
          <h1>{t('verify.title')}</h1>
          <Loading />
        </section>
      );
    case 'TROUBLE':
      return (
        <section class="card stack">
          <h1>{t('verify.title')}</h1>
          <Failed trouble={stage.trouble} onAgain={() => void verification.ask()} />
        </section>
      );
    case 'DONE':
      return (
        <Note title={t('verify.done.title')} testid="verified">
          <p>{t(stage.approved ? 'verify.done.approved' : 'verify.done.waiting', { login: stage.login })}</p>
          {stage.approved && (
            <a class="button" href="/counsellor" data-testid="to-counsellor">
              {t('login.submit')}
            </a>
          )}
        </Note>
      );
    case 'NO_LINK':
    case 'BAD_LINK':
      return (
        <Note title={t(`verify.${stage.at}.title`)} testid="dead-end" why={stage.at}>
          <p>{t(`verify.${stage.at}.detail`)}</p>
          <a class="button" href="/signup">
            {t('login.signup')}
          </a>
        </Note>
      );
  }
}
