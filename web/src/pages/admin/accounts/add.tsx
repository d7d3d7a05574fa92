import { useState } from 'preact/hooks';

import type { AccountRole } from '../../../lib/api.gen';
import { NEW_STAFF } from '../../../lib/bounds.gen';
import { t } from '../../../lib/i18n';
import { officeMails } from '../../../lib/office';
import { passwordFault } from '../../../lib/password';
import { say } from '../../../lib/said';
import { SelectField, TextField, useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import type { Office } from '../office';
import { make, ROLES, type Handed, type NewPerson } from './accounts';
import { AllLines } from './all-lines';
import { HandedLink } from './handed';
import { ServedLines } from './served';

const blank: NewPerson = {
  name: '',
  login: '',
  email: '',
  role: 'COUNSELLOR',
  capacity: '1',
  lines: [],
  all_lines: false,
  way: 'LINK',
  password: '',
  again: '',
};

interface Props {
  office: Office;
  /** Somebody was added. */
  onMade(): void;
  onShut(): void;
}

/** Adds a person, with a link to hand over or with a first password. */
export function AddPerson({ office, onMade, onShut }: Props) {
  const form = useForm<NewPerson>(blank);
  const [made, setMade] = useState<Handed | null>(null);
  const { typed, faults } = form.state.value;
  async function send() {
    const missing = (['name', 'login'] as const).find((name) => typed[name].trim() === '');
    if (missing) return form.fault(missing, { key: 'fault.MISSING' });
    const wrong = typed.way === 'PASSWORD' ? passwordFault(typed.password, typed.again) : null;
    if (wrong) return form.fault(wrong === 'PASSWORDS_DIFFER' ? 'again' : 'password', { key: `setup.trouble.${wrong}` });
    let handed: Handed | null = null;
    if (!(await form.send(async (values) => (handed = await make(values))))) return;
    onMade();
    setMade(handed);
  }
  if (made) return <HandedLink handed={made} onShut={onShut} />;
  return (
    <FormSheet
      form={form}
      title={t('accounts.add')}
      testid="add-sheet"
      label={t('accounts.add.send')}
      sendTestid="add-send"
      onSend={send}
      onShut={onShut}
    >
      <TextField form={form} name="name" label={t('setup.name')} hint={t('setup.name.hint')} charsMax={NEW_STAFF.name.chars_max} autocomplete="off" testid="add-name" />
      <TextField form={form} name="login" label={t('login.login')} charsMax={NEW_STAFF.login.chars_max} autocomplete="off" testid="add-login" />
      <SelectField
        form={form}
        name="role"
        label={t('account.role')}
        testid="add-role"
        options={ROLES.map((role: AccountRole) => [role, t(`account.role.${role}`)])}
      />
      {typed.role === 'MANAGER' && (
        <AllLines value={typed.all_lines} onChange={(all_lines) => form.type({ all_lines })} />
      )}
      <ServedLines
        lines={office.lookups.lines.items.value}
        value={typed.lines}
        fault={faults.lines && say(faults.lines)}
        onChange={(lines) => form.type({ lines })}
      />
      <TextField
        form={form}
        name="capacity"
        label={t('account.capacity')}
        hint={t('accounts.capacity.hint', { max: NEW_STAFF.capacity.max })}
        type="number"
        {...NEW_STAFF.capacity}
        testid="add-capacity"
      />
      <TextField
        form={form}
        name="email"
        label={t('account.email')}
        hint={officeMails.value ? t('accounts.add.email.hint') : t('accounts.email.no_mail')}
        optional
        type="email"
        charsMax={NEW_STAFF.email.chars_max}
        autocomplete="off"
        testid="add-email"
      />
      <SelectField
        form={form}
        name="way"
        label={t('accounts.add.way')}
        hint={t(`accounts.add.way.${typed.way}.hint`)}
        testid="add-way"
        options={(['LINK', 'PASSWORD'] as const).map((way) => [way, t(`accounts.add.way.${way}`)])}
      />
      {typed.way === 'PASSWORD' && (
        <>
          <TextField
            form={form}
            name="password"
            label={t('login.password')}
            hint={t('setup.password.hint')}
            type="password"
            autocomplete="new-password"
            testid="add-password"
          />
          <TextField form={form} name="again" label={t('setup.password.again')} type="password" autocomplete="new-password" testid="add-again" />
        </>
      )}
    </FormSheet>
  );
}
