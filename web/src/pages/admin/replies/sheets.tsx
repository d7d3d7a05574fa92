import { useState } from 'preact/hooks';

import { ApiError } from '../../../lib/api';
import type { ReplyView } from '../../../lib/api.gen';
import { NEW_REPLY } from '../../../lib/bounds.gen';
import { Edit } from '../../../lib/edit';
import type { Form } from '../../../lib/form';
import { languageName } from '../../../lib/format';
import { language, t } from '../../../lib/i18n';
import { EditBox } from '../../../ui/edit';
import { AreaField, SelectField, TextField, useForm } from '../../../ui/form';
import { FormSheet } from '../../../ui/form-sheet';
import { RemoveActions } from '../../../ui/remove';
import { Sheet } from '../../../ui/sheet';
import { editReply, isShortcut, makeReply, PLACEHOLDERS, readReplies, removeReply, valuesOf, type ReplyValues, type Scope } from './replies';

const LANGUAGES = ['ko', 'en'] as const;

function Fields({ form }: { form: Form<ReplyValues> }) {
  return (
    <>
      <TextField
        form={form}
        name="shortcut"
        label={t('replies.shortcut')}
        hint={t('replies.shortcut.hint')}
        charsMax={NEW_REPLY.shortcut.chars_max}
        testid="reply-shortcut"
      />
      <AreaField
        form={form}
        name="body"
        label={t('replies.body')}
        hint={t('replies.body.hint', { placeholders: PLACEHOLDERS.join(' ') })}
        charsMax={NEW_REPLY.body.chars_max}
        rows={5}
        testid="reply-body"
      />
      <SelectField
        form={form}
        name="language"
        label={t('lines.language')}
        options={LANGUAGES.map((each) => [each, languageName(each)])}
      />
    </>
  );
}

/** What is missing or cannot be is said beside its field. */
function check(form: Form<ReplyValues>): boolean {
  const { typed } = form.state.peek();
  const missing = (['shortcut', 'body'] as const).find((name) => typed[name].trim() === '');
  if (missing) form.fault(missing, { key: 'fault.MISSING' });
  else if (!isShortcut(typed.shortcut)) form.fault('shortcut', { key: 'replies.shortcut.bad' });
  else return true;
  return false;
}

interface Props {
  scope: Scope;
  onChanged(): void;
  onDone(): void;
}

export function NewReply({ scope, onChanged, onDone }: Props) {
  const form = useForm<ReplyValues>(() => ({ shortcut: '', body: '', language: language.peek() }));
  async function make() {
    if (!check(form) || !(await form.send((typed) => makeReply(scope, typed)))) return;
    onChanged();
    onDone();
  }
  return (
    <FormSheet
      form={form}
      title={t('replies.new')}
      testid="reply-sheet"
      label={t('replies.make')}
      sendTestid="reply-make"
      onSend={make}
      onShut={onDone}
    >
      <Fields form={form} />
    </FormSheet>
  );
}

export function ReplySheet({ scope, reply, onChanged, onDone }: Props & { reply: ReplyView }) {
  function done() {
    onChanged();
    onDone();
  }
  const [edit] = useState(
    () =>
      new Edit<ReplyView, ReplyValues>(reply, {
        valuesOf,
        save: (changes, version) => editReply(reply.id, changes, version),
        read: () => readThis(scope, reply.id),
        saved: done,
      }),
  );
  return (
    <Sheet title={t('replies.edit')} testid="reply-sheet" onShut={onDone}>
      <EditBox
        edit={edit}
        testid="reply-form"
        check={() => check(edit.form)}
        facts={({ shortcut, body, language }) => [
          [t('replies.shortcut'), shortcut],
          [t('replies.body'), body],
          [t('lines.language'), language],
        ]}
      >
        <Fields form={edit.form} />
      </EditBox>
      <RemoveActions
        testid="reply-delete"
        label={t('common.delete')}
        remove={async () => removeReply(reply.id, (await readThis(scope, reply.id)).version)}
        onRemoved={done}
        onShut={onDone}
      />
    </Sheet>
  );
}

/** Replies are read together; one that is not among them any more is gone. */
async function readThis(scope: Scope, id: string): Promise<ReplyView> {
  const found = (await readReplies(scope)).find((each) => each.id === id);
  if (!found) throw new ApiError({ status: 404, code: 'NOT_FOUND' }, null);
  return found;
}
