import type { ComponentChildren } from 'preact';

import type { Form } from '../lib/form';
import { t } from '../lib/i18n';
import { FormBox, Submit, Trouble } from './form';
import { Sheet } from './sheet';

interface Props<Values extends object> {
  form: Form<Values>;
  title: string;
  testid: string;
  /** The words on the button that sends. */
  label: string;
  sendTestid: string;
  /** It takes something away. */
  danger?: boolean;
  onSend(): Promise<void>;
  onShut(): void;
  children: ComponentChildren;
}

/** A sheet with a form in it: its fields, what is wrong with all of it, the way back, and the way on. */
export function FormSheet<Values extends object>(props: Props<Values>) {
  const { form, title, testid, label, sendTestid, danger, onSend, onShut, children } = props;
  return (
    <Sheet title={title} testid={testid} onShut={onShut}>
      <FormBox form={form} onSubmit={() => void onSend()}>
        {children}
        <Trouble form={form} />
        <div class="actions">
          <button type="button" onClick={onShut}>
            {t('common.back')}
          </button>
          <Submit form={form} label={label} testid={sendTestid} danger={danger} />
        </div>
      </FormBox>
    </Sheet>
  );
}
