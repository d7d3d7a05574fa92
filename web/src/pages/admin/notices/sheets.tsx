import { useState } from 'preact/hooks';

import { ApiError } from '../../../lib/api';
import type { PostView } from '../../../lib/api.gen';
import { NEW_POST } from '../../../lib/bounds.gen';
import { Edit } from '../../../lib/edit';
import type { Form } from '../../../lib/form';
import { languageName } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { EditBox } from '../../../ui/edit';
import { AreaField, SelectField, TextField, useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import { RemoveActions } from '../../../ui/remove';
import { Sheet } from '../../../ui/sheet';
import { editNotice, makeNotice, readNotices, removeNotice, usual, valuesOf, type NoticeValues } from './notices';

const LANGUAGES = ['ko', 'en'] as const;

function Fields({ form }: { form: Form<NoticeValues> }) {
  return (
    <>
      <TextField form={form} name="title" label={t('notices.title')} charsMax={NEW_POST.title.chars_max} testid="notice-title" />
      <AreaField form={form} name="body" label={t('notices.body')} charsMax={NEW_POST.body.chars_max} rows={5} testid="notice-body" />
      <div class="columns">
        <SelectField
          form={form}
          name="language"
          label={t('lines.language')}
          options={LANGUAGES.map((each) => [each, languageName(each)])}
          testid="notice-language"
        />
        <TextField form={form} name="order" label={t('lines.order')} type="number" {...NEW_POST.order} />
        <TextField form={form} name="from" label={t('notices.from')} type="datetime-local" optional testid="notice-from" />
        <TextField form={form} name="until" label={t('notices.until')} type="datetime-local" optional testid="notice-until" />
      </div>
      <p class="hint">{t('notices.time.hint')}</p>
    </>
  );
}

/** What is missing or backwards is said beside its field. */
function check(form: Form<NoticeValues>): boolean {
  const { typed } = form.state.peek();
  const missing = (['title', 'body'] as const).find((name) => typed[name].trim() === '');
  const order = Number(typed.order);
  if (missing) form.fault(missing, { key: 'fault.MISSING' });
  else if (typed.order.trim() === '' || !Number.isInteger(order) || order < NEW_POST.order.min || order > NEW_POST.order.max) {
    form.fault('order', { key: 'fault.BETWEEN', values: NEW_POST.order });
  } else if (typed.from !== '' && typed.until !== '' && typed.until <= typed.from) {
    form.fault('until', { key: 'fault.BACKWARDS' });
  } else return true;
  return false;
}

interface Props {
  onChanged(): void;
  onDone(): void;
}

export function NewNotice({ order, onChanged, onDone }: Props & { order: number }) {
  const form = useForm<NoticeValues>(() => usual(order));
  async function make() {
    if (!check(form) || !(await form.send(makeNotice))) return;
    onChanged();
    onDone();
  }
  return (
    <FormSheet
      form={form}
      title={t('notices.new')}
      testid="notice-sheet"
      label={t('notices.make')}
      sendTestid="notice-make"
      onSend={make}
      onShut={onDone}
    >
      <Fields form={form} />
    </FormSheet>
  );
}

export function NoticeSheet({ notice, onChanged, onDone }: Props & { notice: PostView }) {
  function done() {
    onChanged();
    onDone();
  }
  const [edit] = useState(
    () =>
      new Edit<PostView, NoticeValues>(notice, {
        valuesOf,
        save: (changes, version) => editNotice(notice.id, changes, version),
        read: () => readThis(notice.id),
        saved: done,
      }),
  );
  return (
    <Sheet title={t('notices.edit')} testid="notice-sheet" onShut={onDone}>
      <EditBox
        edit={edit}
        testid="notice-form"
        check={() => check(edit.form)}
        facts={({ title, body, language, order, from, until }) => [
          [t('notices.title'), title],
          [t('notices.body'), body],
          [t('lines.language'), language],
          [t('lines.order'), order],
          [t('notices.from'), from],
          [t('notices.until'), until],
        ]}
      >
        <Fields form={edit.form} />
      </EditBox>
      <RemoveActions
        testid="notice-delete"
        label={t('common.delete')}
        remove={async () => removeNotice(notice.id, (await readThis(notice.id)).version)}
        onRemoved={done}
        onShut={onDone}
      />
    </Sheet>
  );
}

/** Notices are read together; one that is not among them any more is gone. */
async function readThis(id: string): Promise<PostView> {
  const found = (await readNotices()).find((each) => each.id === id);
  if (!found) throw new ApiError({ status: 404, code: 'NOT_FOUND' }, null);
  return found;
}
