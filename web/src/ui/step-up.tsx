import { useState } from 'preact/hooks';

import { ApiError } from '../lib/api';
import { PROOF_REQUEST } from '../lib/bounds.gen';
import { t } from '../lib/i18n';
import type { StepUp } from '../lib/step-up';
import { TextField, useForm } from './form';
import { FormSheet } from './form-sheet';

interface Props {
  stepUp: StepUp;
  /** Whether the account has a second factor, as far as the page knows. */
  factor: boolean;
}

/** Asks who sits here before something that could take the account from its owner. */
export function StepUpSheet({ stepUp, factor }: Props) {
  const form = useForm({ password: '', code: '' });
  const [takesCode, setTakesCode] = useState(factor);
  async function show() {
    const { password, code } = form.state.peek().typed;
    if (password === '') return form.fault('password', { key: 'fault.MISSING' });
    if (takesCode && code.trim() === '') return form.fault('code', { key: 'fault.MISSING' });
    await form.send(async () => {
      try {
        await stepUp.show(password, code);
      } catch (error) {
        if (!(error instanceof ApiError && error.problem.code === 'SECOND_FACTOR_NEEDED')) throw error;
        setTakesCode(true);
      }
    });
  }
  return (
    <FormSheet
      form={form}
      title={t('step-up.title')}
      testid="step-up"
      label={t('step-up.go')}
      sendTestid="step-up-go"
      onSend={show}
      onShut={() => stepUp.giveUp()}
    >
      <p class="hint">{t('step-up.why')}</p>
      <TextField
        form={form}
        name="password"
        label={t('account.password.current')}
        type="password"
        testid="step-up-password"
        autocomplete="current-password"
      />
      {takesCode && (
        <TextField
          form={form}
          name="code"
          label={t('login.code')}
          hint={t('login.code.hint')}
          charsMax={PROOF_REQUEST.code.chars_max}
          testid="step-up-code"
          autocomplete="one-time-code"
        />
      )}
    </FormSheet>
  );
}
