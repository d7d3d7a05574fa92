import { useEffect, useState } from 'preact/hooks';

import type { AccountView } from '../../../lib/api.gen';
import { GET_ACCOUNTS } from '../../../lib/bounds.gen';
import { dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { officeMails } from '../../../lib/office';
import { format, go } from '../../../lib/route';
import { FormBox, SelectField, Submit, TextField, useForm, type Options } from '../../../ui/form';
import { Listing } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import { lineText } from '../lookups';
import type { Office } from '../office';
import { TestMark } from '../try/mark';
import { AddPerson } from './add';
import { fromQuery, ROLES, stateOf, STATES, type AccountFilter } from './accounts';

const SECTION = 'accounts';

export function AccountList({ office, query }: { office: Office; query: Readonly<Record<string, string>> }) {
  const filter = fromQuery(query);
  const asked = JSON.stringify(filter);
  const { list } = office.accounts;
  const [adds, setAdds] = useState(false);
  useEffect(() => void list.load(JSON.parse(asked) as AccountFilter), [list, asked]);
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.accounts')}</h2>
        <button type="button" data-testid="reload" onClick={() => void list.reload()}>
          {t('common.reload')}
        </button>
        {office.isAdmin && (
          <button type="button" class="primary" data-testid="add-person" onClick={() => setAdds(true)}>
            {t('accounts.add')}
          </button>
        )}
      </header>
      {!officeMails.value && (
        <p class="notice" data-testid="no-mail">
          {t('accounts.no_mail')}
        </p>
      )}
      <nav class="tabs" aria-label={t('admin.status')}>
        {(['', ...STATES] as const).map((state) => (
          <a
            key={state}
            href={format(SECTION, null, { ...filter, state })}
            data-testid={`state-${state}`}
            aria-current={state === filter.state ? 'true' : undefined}
          >
            {state === '' ? t('common.all') : t(`accounts.state.${state}`)}
          </a>
        ))}
      </nav>
      <FilterBar key={asked} office={office} filter={filter} />
      <div class="card stack">
        <Listing list={list} none={<None filter={filter} />}>
          {(items) => <Rows office={office} items={items} />}
        </Listing>
      </div>
      {adds && (
        <AddPerson
          office={office}
          onMade={() => {
            void list.reload();
            void office.lookups.accounts.load();
          }}
          onShut={() => setAdds(false)}
        />
      )}
    </section>
  );
}

/** Nobody who waits to be let in: an admin adds people, or they ask for an account themselves. */
function None({ filter }: { filter: AccountFilter }) {
  return filter.state === 'PENDING' ? (
    <p>
      {t('accounts.none.pending')} <a href="/signup">{`${location.origin}/signup`}</a>
    </p>
  ) : (
    <p>{t('accounts.none')}</p>
  );
}

function FilterBar({ office, filter }: { office: Office; filter: AccountFilter }) {
  const form = useForm(filter);
  const anyOf = (options: Options): Options => [['', t('common.all')], ...options];
  return (
    <FormBox
      form={form}
      class="card stack filter"
      testid="filter"
      onSubmit={() => go(SECTION, null, { ...form.state.peek().typed })}
    >
      <div class="columns">
        <TextField form={form} name="q" label={t('accounts.q')} type="search" charsMax={GET_ACCOUNTS.q.chars_max} />
        <SelectField
          form={form}
          name="role"
          label={t('account.role')}
          options={anyOf(ROLES.map((role) => [role, t(`account.role.${role}`)]))}
        />
        <SelectField
          form={form}
          name="line"
          label={t('admin.line')}
          options={anyOf(office.lookups.lines.items.value.map((line) => [line.id, lineText(line)]))}
        />
        <Submit form={form} label={t('common.search')} testid="search" />
      </div>
    </FormBox>
  );
}

function Rows({ office, items }: { office: Office; items: readonly AccountView[] }) {
  return (
    <Table
      testid="account-row"
      caption={t('admin.accounts')}
      items={items}
      idOf={({ id }) => id}
      columns={[
        {
          head: t('setup.name'),
          cell: ({ id, name, login, test }) => (
            <>
              <a href={format(SECTION, id)} data-testid="account-open">
                {name}
              </a>{' '}
              {test ? <TestMark /> : <small>{login}</small>}
            </>
          ),
        },
        { head: t('account.role'), cell: ({ role }) => t(`account.role.${role}`) },
        { head: t('admin.status'), cell: (account) => <StateMark account={account} /> },
        { head: t('account.lines'), cell: ({ lines }) => lines.map(({ topic }) => office.lookups.topic(topic, null)).join(', ') || '–' },
        { head: t('account.email'), cell: ({ email }) => email ?? '–' },
        { head: t('accounts.made_at'), cell: ({ made_at }) => dayAndTime(made_at) },
      ]}
    />
  );
}

export function StateMark({ account }: { account: AccountView }) {
  const state = stateOf(account);
  return (
    <span class={`mark-${state === 'ACTIVE' ? 'good' : state === 'PENDING' ? 'new' : 'off'}`} data-state={state}>
      {t(`accounts.state.${state}`)}
    </span>
  );
}
