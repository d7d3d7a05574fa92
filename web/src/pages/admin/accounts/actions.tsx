import { useState } from 'preact/hooks';

import type { AccountRole, AccountView } from '../../../lib/api.gen';
import { APPROVAL_REQUEST, REASON_REQUEST } from '../../../lib/bounds.gen';
import { t } from '../../../lib/i18n';
import { officeMails } from '../../../lib/office';
import type { One } from '../../../lib/one';
import { say } from '../../../lib/said';
import { SelectField, TextField, useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import type { Office } from '../office';
import { approve, remove, resetFactor, restore, resume, ROLES, served, stateOf, suspend, type AccountState } from './accounts';
import { AllLines } from './all-lines';
import { PasswordLink } from './handed';
import { ServedLines } from './served';

type Act = 'approve' | 'link' | 'suspend' | 'resume' | 'delete' | 'restore' | 'factor';

/** What an admin may do to an account in this state. */
export function actsFor(state: AccountState, hasFactor: boolean): Act[] {
  const factor: Act[] = hasFactor ? ['factor'] : [];
  switch (state) {
    case 'PENDING':
      return ['approve', 'delete'];
    case 'ACTIVE':
    case 'EXPIRED':
      return ['link', 'suspend', 'delete', ...factor];
    case 'SUSPENDED':
      return ['resume', 'delete', ...factor];
    case 'DELETED':
      return ['restore'];
  }
}

interface Props {
  account: AccountView;
  one: One<AccountView>;
  office: Office;
}

export function Actions({ account, one, office }: Props) {
  const [act, setAct] = useState<Act | null>(null);
  if (!office.isAdmin) return <p class="hint">{t('accounts.admins_only')}</p>;
  const shut = () => setAct(null);
  return (
    <>
      <div class="actions start">
        {actsFor(stateOf(account), account.second_factor).map((each) => (
          <button
            key={each}
            type="button"
            class={each === 'approve' ? 'primary' : undefined}
            data-testid={`act-${each}`}
            onClick={() => setAct(each)}
          >
            {t(`accounts.act.${each}`)}
          </button>
        ))}
      </div>
      {act === 'approve' && <Approve account={account} one={one} office={office} onDone={shut} />}
      {act === 'link' && <PasswordLink account={account} one={one} onDone={shut} />}
      {act && act !== 'approve' && act !== 'link' && <Plain act={act} account={account} one={one} onDone={shut} />}
    </>
  );
}

/** What needs no more than a question, and a reason where one is kept. */
type PlainAct = Exclude<Act, 'approve' | 'link'>;

/** The first approval of an account: what they are and whom they serve. */
function Approve({ account, one, office, onDone }: Props & { onDone(): void }) {
  const form = useForm(() => ({
    role: account.role,
    capacity: String(account.capacity || 1),
    lines: served(account.lines),
    all_lines: false,
  }));
  const { typed, faults } = form.state.value;
  const isUnverified = !account.email_verified;
  async function send() {
    const sent = await form.send(({ role, capacity, lines, all_lines }) =>
      approve(
        account.id,
        account.version,
        { role: role as AccountRole, capacity, lines, ...(role === 'MANAGER' && { all_lines }) },
        isUnverified && !officeMails.peek(),
      ),
    );
    await one.refresh();
    if (sent) onDone();
  }
  return (
    <FormSheet
      form={form}
      title={t('accounts.approve.title', { name: account.name })}
      testid="approve"
      label={t('accounts.act.approve')}
      sendTestid="approve-send"
      onSend={send}
      onShut={onDone}
    >
      {isUnverified && (
        <p class="notice" data-testid="approve-unverified">
          {t(officeMails.value ? 'accounts.approve.unverified' : 'accounts.approve.no_mail')}
        </p>
      )}
      <SelectField
        form={form}
        name="role"
        label={t('account.role')}
        testid="approve-role"
        options={ROLES.map((role) => [role, t(`account.role.${role}`)])}
      />
      <TextField form={form} name="capacity" label={t('account.capacity')} type="number" {...APPROVAL_REQUEST.capacity} testid="approve-capacity" />
      {typed.role === 'MANAGER' && (
        <AllLines value={typed.all_lines} onChange={(all_lines) => form.type({ all_lines })} />
      )}
      <ServedLines
        lines={office.lookups.lines.items.value}
        value={typed.lines}
        fault={faults.lines && say(faults.lines)}
        onChange={(lines) => form.type({ lines })}
      />
    </FormSheet>
  );
}

const SENDS: Readonly<Record<PlainAct, (account: AccountView, reason: string) => Promise<unknown>>> = {
  suspend: ({ id, version }, reason) => suspend(id, version, reason),
  delete: ({ id, version }, reason) => remove(id, version, reason),
  resume: ({ id, version }) => resume(id, version),
  restore: ({ id, version }) => restore(id, version),
  factor: ({ id, version }) => resetFactor(id, version),
};

/** Everything else: a question, and a reason where one is kept. */
function Plain({ act, account, one, onDone }: Omit<Props, 'office'> & { act: PlainAct; onDone(): void }) {
  const form = useForm({ reason: '' });
  const needsReason = act === 'suspend' || act === 'delete';
  async function send() {
    const reason = form.state.peek().typed.reason.trim();
    if (needsReason && reason === '') return form.fault('reason', { key: 'fault.MISSING' });
    const sent = await form.send(() => SENDS[act](account, reason));
    await one.refresh();
    if (sent) onDone();
  }
  return (
    <FormSheet
      form={form}
      title={t(`accounts.act.${act}.question`, { name: account.name })}
      testid={`${act}-sheet`}
      label={t(`accounts.act.${act}`)}
      sendTestid={`${act}-send`}
      danger={needsReason}
      onSend={send}
      onShut={onDone}
    >
      <p>{t(`accounts.act.${act}.detail`)}</p>
      {needsReason && (
        <TextField form={form} name="reason" label={t('common.reason')} charsMax={REASON_REQUEST.reason.chars_max} />
      )}
    </FormSheet>
  );
}
