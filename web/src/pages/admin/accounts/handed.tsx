import { useState } from 'preact/hooks';

import type { AccountView } from '../../../lib/api.gen';
import { t } from '../../../lib/i18n';
import type { One } from '../../../lib/one';
import { CopyText } from '../../../ui/copy';
import { useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import { Qr } from '../../../ui/qr';
import { Sheet } from '../../../ui/sheet';
import { passwordLink, type Handed } from './accounts';

/** What is handed to a person: how they log in, and the link to choose a password with, which is shown this once. */
export function HandedLink({ handed, onShut }: { handed: Handed; onShut(): void }) {
  const { name, login, link, qr } = handed;
  return (
    <Sheet title={t('accounts.handed.title', { name })} testid="handed" onShut={onShut}>
      <div class="printed stack">
        <p>{t('accounts.handed.login', { login })}</p>
        {link && qr ? (
          <>
            <p>{t('accounts.handed.link.detail')}</p>
            <Qr svg={qr} alt={t('accounts.handed.qr')} />
            <CopyText label={t('accounts.handed.link')} text={link} testid="handed-link" />
          </>
        ) : (
          <p>{t('accounts.handed.password')}</p>
        )}
      </div>
      <div class="actions">
        {link && (
          <button type="button" onClick={() => print()}>
            {t('common.print')}
          </button>
        )}
        <button type="button" class="primary" data-testid="handed-done" onClick={onShut}>
          {t('common.close')}
        </button>
      </div>
    </Sheet>
  );
}

interface Props {
  account: AccountView;
  one: One<AccountView>;
  onDone(): void;
}

/** A link with which somebody who forgot their password chooses a new one. */
export function PasswordLink({ account, one, onDone }: Props) {
  const form = useForm({});
  const [handed, setHanded] = useState<Handed | null>(null);
  async function send() {
    let made: Handed | null = null;
    const sent = await form.send(async () => (made = await passwordLink(account.id, account.version)));
    await one.refresh();
    if (sent) setHanded(made);
  }
  if (handed) return <HandedLink handed={handed} onShut={onDone} />;
  return (
    <FormSheet
      form={form}
      title={t('accounts.act.link.question', { name: account.name })}
      testid="link-sheet"
      label={t('accounts.act.link')}
      sendTestid="link-send"
      onSend={send}
      onShut={onDone}
    >
      <p>{t('accounts.act.link.detail')}</p>
    </FormSheet>
  );
}
