import type { OwnAccount, SecondFactorSecret } from '../../../lib/api.gen';
import { t } from '../../../lib/i18n';
import { CopyText } from '../../../ui/copy';
import { FormBox, Submit, TextField, Trouble } from '../../../ui/form';
import { Qr } from '../../../ui/qr';
import type { SecondFactor } from '../second-factor';

export function SecondFactorCard({ account, factor }: { account: OwnAccount; factor: SecondFactor }) {
  const stage = factor.stage.value;
  return (
    <section class="card stack" data-testid="second-factor" data-on={account.second_factor}>
      <h2>{t('factor.title')}</h2>
      {stage.at === 'RESTING' && (account.second_factor ? <On factor={factor} /> : <Off account={account} factor={factor} />)}
      {stage.at === 'CONFIRMING' && <Confirming secret={stage.secret} factor={factor} />}
      {stage.at === 'CODES' && <Codes codes={stage.codes} factor={factor} />}
    </section>
  );
}

function Off({ account, factor }: { account: OwnAccount; factor: SecondFactor }) {
  const form = factor.starting;
  return (
    <>
      <p>{t('factor.off')}</p>
      {account.second_factor_required && <p class="notice">{t('factor.required')}</p>}
      <FormBox form={form} onSubmit={() => void factor.start()}>
        <TextField
          form={form}
          name="password"
          label={t('account.password.current')}
          type="password"
          testid="factor-password"
          autocomplete="current-password"
        />
        <Trouble form={form} />
        <div class="actions">
          <Submit form={form} label={t('factor.start')} testid="factor-start" />
        </div>
      </FormBox>
    </>
  );
}

function Confirming({ secret, factor }: { secret: SecondFactorSecret; factor: SecondFactor }) {
  const form = factor.confirming;
  return (
    <>
      <p>{t('factor.scan')}</p>
      <Qr svg={secret.qr} alt={t('factor.qr')} />
      <CopyText label={t('factor.secret')} text={secret.secret} testid="factor-secret" />
      <FormBox form={form} onSubmit={() => void factor.confirm()}>
        <TextField
          form={form}
          name="code"
          label={t('factor.code')}
          hint={t('factor.code.hint')}
          inputMode="numeric"
          charsMax={40}
          testid="factor-code"
          autocomplete="one-time-code"
        />
        <Trouble form={form} />
        <div class="actions">
          <button type="button" onClick={() => factor.rest()}>
            {t('common.cancel')}
          </button>
          <Submit form={form} label={t('factor.confirm')} testid="factor-confirm" />
        </div>
      </FormBox>
    </>
  );
}

/** Shown this once: who loses both the phone and these needs an admin. */
function Codes({ codes, factor }: { codes: readonly string[]; factor: SecondFactor }) {
  return (
    <div class="stack printed">
      <p role="status">{t('factor.codes.done')}</p>
      <CopyText label={t('factor.codes')} text={codes.join('\n')} testid="recovery-codes" />
      <p class="hint">{t('factor.codes.hint')}</p>
      <div class="actions unprinted">
        <button type="button" onClick={() => print()}>
          {t('common.print')}
        </button>
        <button type="button" class="primary" data-testid="codes-kept" onClick={() => factor.rest()}>
          {t('factor.codes.kept')}
        </button>
      </div>
    </div>
  );
}

function On({ factor }: { factor: SecondFactor }) {
  const form = factor.removing;
  return (
    <>
      <p>{t('factor.on')}</p>
      <details>
        <summary>{t('factor.remove')}</summary>
        <FormBox form={form} onSubmit={() => void factor.remove()}>
          <p class="hint">{t('factor.remove.hint')}</p>
          <TextField
            form={form}
            name="password"
            label={t('account.password.current')}
            type="password"
            testid="factor-password"
            autocomplete="current-password"
          />
          <TextField
            form={form}
            name="code"
            label={t('login.code')}
            charsMax={40}
            testid="factor-code"
            autocomplete="one-time-code"
          />
          <Trouble form={form} />
          <div class="actions">
            <Submit form={form} label={t('factor.remove')} testid="factor-remove" danger />
          </div>
        </FormBox>
      </details>
    </>
  );
}
