import { useState } from 'preact/hooks';

import { call } from '../../../lib/api';
import { t } from '../../../lib/i18n';
import { passwordFault } from '../../../lib/password';
import { FormBox, Submit, TextField, Trouble, useForm } from '../../../ui/form';

export function Password() {
  const form = useForm({ current: '', password: '', again: '' });
  const [changed, setChanged] = useState(false);
  async function change() {
    const { current, password, again } = form.state.peek().typed;
    setChanged(false);
    if (current === '') return form.fault('current', { key: 'fault.MISSING' });
    const fault = passwordFault(password, again);
    if (fault) return form.fault(fault === 'PASSWORDS_DIFFER' ? 'again' : 'password', { key: `setup.trouble.${fault}` });
    const sent = await form.send(() => call('PUT', '/session/password', { current, password }));
    if (!sent) return;
    form.fill({ current: '', password: '', again: '' });
    setChanged(true);
  }
  return (
    <section class="card stack">
      <h2>{t('account.password')}</h2>
      <p class="hint">{t('account.password.hint')}</p>
      <FormBox form={form} testid="password-form" onSubmit={() => void change()}>
        <TextField
          form={form}
          name="current"
          label={t('account.password.current')}
          type="password"
          autocomplete="current-password"
        />
        <TextField
          form={form}
          name="password"
          label={t('account.password.new')}
          hint={t('setup.password.hint')}
          type="password"
          testid="new-password"
          autocomplete="new-password"
        />
        <TextField
          form={form}
          name="again"
          label={t('setup.password.again')}
          type="password"
          autocomplete="new-password"
        />
        <Trouble form={form} />
        <p role="status" data-testid="password-changed">
          {changed && t('account.password.changed')}
        </p>
        <div class="actions">
          <Submit form={form} label={t('account.password.change')} testid="change-password" />
        </div>
      </FormBox>
    </section>
  );
}
