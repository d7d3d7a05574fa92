import { useEffect, useState } from 'preact/hooks';

import type { AccountView } from '../../../lib/api.gen';
import { ACCOUNT_EDIT } from '../../../lib/bounds.gen';
import { Edit } from '../../../lib/edit';
import { dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { officeMails } from '../../../lib/office';
import { One } from '../../../lib/one';
import { say } from '../../../lib/said';
import { Detail } from '../../../ui/detail';
import { EditBox } from '../../../ui/edit';
import { SelectField, TextField } from '../../../ui/form';
import { Shown } from '../../../ui/listing';
import type { Office } from '../office';
import { TestMark } from '../try/mark';
import { edit as save, readAccount, ROLES, stateOf, valuesOf, type AccountValues } from './accounts';
import { Actions } from './actions';
import { AllLines } from './all-lines';
import { StateMark } from './list';
import { ServedLines } from './served';
import { Validity } from './validity';

/** An account by itself. `key` it by its id. */
export function AccountPage({ office, id }: { office: Office; id: string }) {
  const [one] = useState(() => new One(() => readAccount(id)));
  useEffect(() => void one.load(), [one]);
  const state = one.state.value;
  return (
    <Detail title={state.status === 'READY' ? state.item.name : t('admin.accounts')} section="accounts" testid="account">
      <Shown one={one}>{(account) => <Whole account={account} one={one} office={office} />}</Shown>
    </Detail>
  );
}

interface Props {
  account: AccountView;
  one: One<AccountView>;
  office: Office;
}

function Whole({ account, one, office }: Props) {
  if (account.test) {
    return (
      <section class="card stack">
        <TestMark stays />
        <Facts account={account} office={office} />
      </section>
    );
  }
  const editable = !account.deleted && account.approved;
  return (
    <>
      <section class="card stack">
        <Facts account={account} office={office} />
        <Actions account={account} one={one} office={office} />
      </section>
      {editable && (
        <section class="card stack">
          <h3>{t('accounts.edit')}</h3>
          <ValuesForm account={account} one={one} office={office} />
        </section>
      )}
      {!account.deleted && (
        <section class="card stack">
          <h3>{t('accounts.validity')}</h3>
          <Validity account={account} one={one} />
        </section>
      )}
    </>
  );
}

function Facts({ account, office }: { account: AccountView; office: Office }) {
  const { approved_at, approved_by, deleted_at, delete_reason, suspend_reason, email, email_verified } = account;
  const approval = approved_at
    ? `${dayAndTime(approved_at)}${approved_by ? ` · ${office.lookups.account(approved_by)}` : ''}`
    : null;
  const state = stateOf(account);
  const facts: ReadonlyArray<[string, string | null]> = [
    [t('login.login'), account.login],
    [t('account.role'), t(`account.role.${account.role}`)],
    [t('account.email'), email && `${email} (${t(email_verified ? 'accounts.email.verified' : 'accounts.email.unverified')})`],
    [t('account.lines'), account.lines.map(({ topic }) => office.lookups.topic(topic, null)).join(', ') || null],
    [t('accounts.runs'), account.role === 'MANAGER' ? runs(account) : null],
    [t('account.capacity'), String(account.capacity)],
    [t('factor.title'), t(account.second_factor ? 'accounts.factor.on' : 'accounts.factor.off')],
    [t('accounts.made_at'), dayAndTime(account.made_at)],
    [t('accounts.approval'), approval],
    [t('accounts.suspend_reason'), state === 'SUSPENDED' ? suspend_reason : null],
    [t('accounts.deleted_at'), deleted_at && dayAndTime(deleted_at)],
    [t('accounts.delete_reason'), state === 'DELETED' ? delete_reason : null],
  ];
  return (
    <>
      <p>
        <StateMark account={account} />
      </p>
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== null)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </>
  );
}

/** What a manager sees, in words. */
function runs({ all_lines, lines }: AccountView): string {
  if (all_lines) return t('accounts.all_lines');
  return t(lines.length > 0 ? 'accounts.runs.own' : 'accounts.runs.none');
}

function ValuesForm({ account, one, office }: Props) {
  const [edit] = useState(
    () =>
      new Edit<AccountView, AccountValues>(account, {
        valuesOf,
        save: (changes, version) => save(account.id, changes, version),
        read: () => readAccount(account.id),
        saved: (saved) => one.put(saved),
      }),
  );
  useEffect(() => edit.follow(account), [edit, account]);
  const { form } = edit;
  const { typed, faults } = form.state.value;
  const lines = office.lookups.lines.items.value;
  const lineNames = (values: AccountValues) =>
    values.lines.map(({ line, tier }) => `${office.lookups.line(line)} ${tier + 1}`).join(', ');
  return (
    <EditBox
      edit={edit}
      testid="account-form"
      facts={(values) => [
        [t('setup.name'), values.name],
        [t('account.email'), values.email],
        [t('account.role'), t(`account.role.${values.role}`)],
        [t('account.capacity'), values.capacity],
        [t('account.lines'), lineNames(values)],
        [t('accounts.all_lines'), t(values.all_lines ? 'accounts.all_lines.yes' : 'accounts.all_lines.no')],
      ]}
    >
      <div class="columns">
        <TextField form={form} name="name" label={t('setup.name')} charsMax={ACCOUNT_EDIT.name.chars_max} />
        <TextField
          form={form}
          name="email"
          label={t('account.email')}
          hint={officeMails.value ? undefined : t('accounts.email.no_mail')}
          type="email"
          charsMax={ACCOUNT_EDIT.email.chars_max}
          disabled={!office.isAdmin}
        />
        <SelectField
          form={form}
          name="role"
          label={t('account.role')}
          disabled={!office.isAdmin}
          options={ROLES.map((role) => [role, t(`account.role.${role}`)])}
        />
        <TextField
          form={form}
          name="capacity"
          label={t('account.capacity')}
          hint={t('accounts.capacity.hint', { max: ACCOUNT_EDIT.capacity.max })}
          type="number"
          {...ACCOUNT_EDIT.capacity}
        />
      </div>
      {typed.role === 'MANAGER' && (
        <AllLines value={typed.all_lines} disabled={!office.isAdmin} onChange={(all_lines) => form.type({ all_lines })} />
      )}
      <ServedLines
        lines={lines}
        value={typed.lines}
        fault={faults.lines && say(faults.lines)}
        onChange={(value) => form.type({ lines: value })}
      />
    </EditBox>
  );
}
