import type { ComponentChildren } from 'preact';

import type { Form } from '../../../../lib/form';
import { t } from '../../../../lib/i18n';
import { FormBox, Submit, Trouble } from '../../../../ui/form';
import { Sheet } from '../../../../ui/sheet';

interface Props<Values extends object> {
  form: Form<Values>;
  title: string;
  /** What will come of it, in a sentence; said anew when a choice changes it. */
  outcome: string;
  /** Why it cannot be done any more, though it could when the sheet was opened. */
  late?: string | null;
  yes: string;
  danger?: boolean;
  testid: string;
  onYes(): void;
  onShut(): void;
  children: ComponentChildren;
}

/** What a manager does to somebody's conversation: what it will mean is said before it is done. */
export function ActSheet<Values extends object>(props: Props<Values>) {
  const { form, title, outcome, late, yes, danger = false, testid, onYes, onShut, children } = props;
  return (
    <Sheet title={title} testid={`${testid}-sheet`} onShut={onShut}>
      <FormBox form={form} testid={`${testid}-form`} onSubmit={() => !late && onYes()}>
        {children}
        <p class="outcome" role="status" data-testid={`${testid}-outcome`}>
          {outcome}
        </p>
        {late && (
          <p class="notice" role="alert" data-testid={`${testid}-late`}>
            {late}
          </p>
        )}
        <Trouble form={form} />
        <div class="actions">
          <button type="button" data-testid={`${testid}-back`} onClick={onShut}>
            {t('common.back')}
          </button>
          <Submit form={form} label={yes} testid={`${testid}-confirm`} danger={danger} disabled={Boolean(late)} />
        </div>
      </FormBox>
    </Sheet>
  );
}
