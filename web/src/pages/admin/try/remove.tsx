import type { TestDataView } from '../../../lib/api.gen';
import { language, t } from '../../../lib/i18n';
import { CheckField, useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import { remove } from './data';

/** Asks once by opening, and once more by a tick: it cannot be undone. */
export function RemoveSheet({ now, onDone }: { now: TestDataView; onDone(): void }) {
  const form = useForm({ sure: false });
  const { faults } = form.state.value;
  async function send() {
    if (!form.state.peek().typed.sure) return form.fault('sure', { key: 'try.remove.sure.missing' });
    if (await form.send(remove)) onDone();
  }
  const figure = (count: number) => count.toLocaleString(language.value);
  return (
    <FormSheet
      form={form}
      title={t('try.remove.title')}
      testid="remove-sheet"
      label={t('try.remove')}
      sendTestid="remove-confirm"
      danger
      onSend={send}
      onShut={onDone}
    >
      <p>{t('try.remove.detail', { consultations: figure(now.consultations), messages: figure(now.messages) })}</p>
      <CheckField form={form} name="sure" label={t('try.remove.sure')} testid="remove-sure" />
      {faults.sure && (
        <p class="trouble" role="alert" data-testid="fault-sure">
          {t('try.remove.sure.missing')}
        </p>
      )}
    </FormSheet>
  );
}
