import { useEffect, useState } from 'preact/hooks';

import type { TokenView } from '../../../lib/api.gen';
import { TOKEN_REQUEST } from '../../../lib/bounds.gen';
import { dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { say, troubleOf, type Said } from '../../../lib/said';
import { Confirm } from '../../../ui/confirm';
import { CopyText } from '../../../ui/copy';
import { CheckField, FormBox, Submit, TextField, Trouble } from '../../../ui/form';
import { Listing } from '../../../ui/listing';
import { Table } from '../../../ui/table';
import { SCOPES, type Tokens } from '../tokens';

export function TokensCard({ tokens, isAdmin }: { tokens: Tokens; isAdmin: boolean }) {
  const fresh = tokens.fresh.value;
  const [revoking, setRevoking] = useState<TokenView | null>(null);
  useEffect(() => void tokens.list.load(), [tokens]);
  return (
    <section class="card stack">
      <h2>{t('tokens.title')}</h2>
      <p class="hint">{t('tokens.hint')}</p>
      {fresh ? (
        <div class="notice stack">
          <p role="status">{t('tokens.fresh', { name: fresh.name })}</p>
          <CopyText label={t('tokens.token')} text={fresh.token} testid="token" />
          <div class="actions">
            <button type="button" class="primary" data-testid="token-kept" onClick={() => tokens.putAway()}>
              {t('tokens.kept')}
            </button>
          </div>
        </div>
      ) : (
        <Make tokens={tokens} isAdmin={isAdmin} />
      )}
      <Listing list={tokens.list} none={<p class="hint">{t('tokens.none')}</p>}>
        {(items) => (
          <Table
            testid="token-row"
            caption={t('tokens.title')}
            items={items}
            idOf={({ id }) => id}
            columns={[
              { head: t('tokens.name'), cell: ({ name }) => name },
              { head: t('tokens.scopes'), cell: ({ scopes }) => scopes.map((scope) => t(`tokens.scope.${scope}`)).join(', ') },
              { head: t('tokens.until'), cell: ({ expires_at }) => dayAndTime(expires_at) },
              { head: t('tokens.last_used'), cell: ({ last_used_at }) => dayAndTime(last_used_at) },
              {
                head: t('common.action'),
                cell: (token) => (
                  <button type="button" data-testid="token-revoke" onClick={() => setRevoking(token)}>
                    {t('tokens.revoke')}
                  </button>
                ),
              },
            ]}
          />
        )}
      </Listing>
      {revoking && <Revoke tokens={tokens} token={revoking} onDone={() => setRevoking(null)} />}
    </section>
  );
}

function Make({ tokens, isAdmin }: { tokens: Tokens; isAdmin: boolean }) {
  const { form } = tokens;
  return (
    <FormBox form={form} class="inline-form" onSubmit={() => void tokens.make()}>
      <TextField form={form} name="name" label={t('tokens.name')} charsMax={TOKEN_REQUEST.name.chars_max} testid="token-name" />
      <TextField form={form} name="until" label={t('tokens.until')} hint={t('tokens.until.hint')} type="date" optional />
      <fieldset>
        <legend>{t('tokens.scopes')}</legend>
        {SCOPES.filter((scope) => isAdmin || scope !== 'admin').map((scope) => (
          <CheckField key={scope} form={form} name={scope} label={t(`tokens.scope.${scope}`)} testid={`token-${scope}`} />
        ))}
        {form.state.value.faults.read && (
          <p class="trouble" role="alert">
            {say(form.state.value.faults.read)}
          </p>
        )}
      </fieldset>
      <Submit form={form} label={t('tokens.make')} testid="token-make" />
      <Trouble form={form} />
    </FormBox>
  );
}

function Revoke({ tokens, token, onDone }: { tokens: Tokens; token: TokenView; onDone(): void }) {
  const [trouble, setTrouble] = useState<Said | null>(null);
  return (
    <Confirm
      question={t('tokens.revoke.question', { name: token.name })}
      detail={t('tokens.revoke.detail')}
      yes={t('tokens.revoke')}
      no={t('common.back')}
      testid="token-revoke-confirm"
      onYes={() => void tokens.revoke(token.id).then(onDone, (error: unknown) => setTrouble(troubleOf(error)))}
      onNo={onDone}
    >
      {trouble && (
        <p class="trouble" role="alert">
          {say(trouble)}
        </p>
      )}
    </Confirm>
  );
}
