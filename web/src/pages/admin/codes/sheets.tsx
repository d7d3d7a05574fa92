import { useState } from 'preact/hooks';

import { ApiError } from '../../../lib/api';
import { NEW_CODE } from '../../../lib/bounds.gen';
import { Edit } from '../../../lib/edit';
import type { Form } from '../../../lib/form';
import { t } from '../../../lib/i18n';
import { say, troubleOf, type Said } from '../../../lib/said';
import { EditBox } from '../../../ui/edit';
import { CheckField, TextField, useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import { Sheet } from '../../../ui/sheet';
import { editCode, groupOf, makeCode, readCodes, removeCode, valuesOf, type CodeRow, type CodeValues, type Group } from './codes';

function Fields({ form, isNew }: { form: Form<CodeValues>; isNew: boolean }) {
  return (
    <>
      <TextField
        form={form}
        name="code"
        label={t('codes.code')}
        hint={t('codes.code.hint')}
        charsMax={NEW_CODE.code.chars_max}
        disabled={!isNew}
        testid="code-code"
      />
      <TextField form={form} name="value" label={t('codes.value')} charsMax={NEW_CODE.value.chars_max} testid="code-value" />
      <TextField form={form} name="value_en" label={t('codes.value_en')} charsMax={NEW_CODE.value_en.chars_max} testid="code-value-en" />
      <TextField form={form} name="order" label={t('lines.order')} type="number" {...NEW_CODE.order} />
      <CheckField form={form} name="in_use" label={t('state.IN_USE')} hint={t('codes.in_use.hint')} />
    </>
  );
}

/** What is missing is said beside its field. */
function check(form: Form<CodeValues>): boolean {
  const { typed } = form.state.peek();
  const missing = (['code', 'value', 'value_en'] as const).find((name) => typed[name].trim() === '');
  if (missing) form.fault(missing, { key: 'fault.MISSING' });
  const order = Number(typed.order);
  const inBounds = typed.order.trim() !== '' && Number.isInteger(order) && order >= NEW_CODE.order.min && order <= NEW_CODE.order.max;
  if (!missing && !inBounds) form.fault('order', { key: 'fault.BETWEEN', values: NEW_CODE.order });
  return !missing && inBounds;
}

interface Props {
  onChanged(): void;
  onDone(): void;
}

export function NewCode({ group, order, onChanged, onDone }: Props & { group: Group; order: number }) {
  const form = useForm<CodeValues>({ code: '', value: '', value_en: '', order: String(order), in_use: true });
  async function make() {
    if (!check(form) || !(await form.send((typed) => makeCode(group, typed)))) return;
    onChanged();
    onDone();
  }
  return (
    <FormSheet
      form={form}
      title={t('codes.new')}
      testid="code-sheet"
      label={t('codes.make')}
      sendTestid="code-make"
      onSend={make}
      onShut={onDone}
    >
      <Fields form={form} isNew />
    </FormSheet>
  );
}

export function CodeSheet({ code, onChanged, onDone }: Props & { code: CodeRow }) {
  const [edit] = useState(
    () =>
      new Edit<CodeRow, CodeValues>(code, {
        valuesOf,
        save: (changes, version) => editCode(code.seq, changes, version),
        read: () => readThis(code),
        saved() {
          onChanged();
          onDone();
        },
      }),
  );
  const [trouble, setTrouble] = useState<Said | null>(null);
  async function remove() {
    try {
      await removeCode(code.seq, (await readThis(code)).version);
      onChanged();
      onDone();
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  }
  return (
    <Sheet title={t('codes.edit', { code: code.code })} testid="code-sheet" onShut={onDone}>
      <EditBox
        edit={edit}
        testid="code-form"
        check={() => check(edit.form)}
        facts={({ value, value_en, order, in_use }) => [
          [t('codes.value'), value],
          [t('codes.value_en'), value_en],
          [t('lines.order'), order],
          [t('state.IN_USE'), t(in_use ? 'common.yes' : 'common.no')],
        ]}
      >
        <Fields form={edit.form} isNew={false} />
      </EditBox>
      {trouble && (
        <p class="trouble" role="alert" data-testid="delete-trouble" data-trouble={trouble.key}>
          {say(trouble)}
        </p>
      )}
      <div class="actions">
        <button type="button" data-testid="code-delete" onClick={() => void remove()}>
          {t('codes.delete')}
        </button>
        <button type="button" onClick={onDone}>
          {t('common.close')}
        </button>
      </div>
    </Sheet>
  );
}

/** Codes are read as a group; one that is not in it any more is gone. */
async function readThis({ group, seq }: CodeRow): Promise<CodeRow> {
  const found = (await readCodes(groupOf(group))).find((each) => each.seq === seq);
  if (!found) throw new ApiError({ status: 404, code: 'NOT_FOUND' }, null);
  return found;
}
