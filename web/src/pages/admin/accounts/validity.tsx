import { useEffect } from 'preact/hooks';

import type { AccountView } from '../../../lib/api.gen';
import { VALIDITY_REQUEST } from '../../../lib/bounds.gen';
import { t } from '../../../lib/i18n';
import { fromField, toField } from '../../../lib/office-fields';
import type { One } from '../../../lib/one';
import { FormBox, Submit, TextField, Trouble, useForm } from '../../../ui/form';
import { setValidity } from './accounts';

/** From when until when an account may log in; staff end or lengthen it by themselves. */
export function Validity({ account, one }: { account: AccountView; one: One<AccountView> }) {
  const form = useForm(() => ({
    from: toField(account.valid_from),
    until: toField(account.valid_until),
    reason: '',
  }));
  const { id, valid_from, valid_until, version } = account;
  useEffect(() => {
    form.type({ from: toField(valid_from), until: toField(valid_until) });
  }, [form, valid_from, valid_until]);
  async function save() {
    const { from, until, reason } = form.state.peek().typed;
    if (from !== '' && until !== '' && until <= from) return form.fault('until', { key: 'fault.BACKWARDS' });
    if (reason.trim() === '') return form.fault('reason', { key: 'fault.MISSING' });
    const sent = await form.send(() => setValidity(id, version, fromField(from), fromField(until), reason.trim()));
    // Also after a refusal: somebody else may have been faster, and the next try should know of it.
    await one.refresh();
    if (sent) form.type({ reason: '' });
  }
  return (
    <FormBox form={form} testid="validity" onSubmit={() => void save()}>
      <p class="hint">{t('accounts.validity.hint')}</p>
      <div class="columns">
        <TextField form={form} name="from" label={t('accounts.valid_from')} type="datetime-local" optional />
        <TextField form={form} name="until" label={t('accounts.valid_until')} type="datetime-local" optional />
        <TextField
          form={form}
          name="reason"
          label={t('common.reason')}
          hint={account.valid_reason ? t('accounts.valid_reason', { reason: account.valid_reason }) : undefined}
          charsMax={VALIDITY_REQUEST.reason.chars_max}
          testid="validity-reason"
        />
      </div>
      <Trouble form={form} />
      <div class="actions">
        <Submit form={form} label={t('accounts.validity.save')} testid="validity-save" />
      </div>
    </FormBox>
  );
}
