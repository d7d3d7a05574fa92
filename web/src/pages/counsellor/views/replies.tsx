import { useEffect, useState } from 'preact/hooks';

import type { ReplyView } from '../../../lib/api.gen';
import { NEW_REPLY } from '../../../lib/bounds.gen';
import { languageName } from '../../../lib/format';
import { language as shown, t, type Language } from '../../../lib/i18n';
import { say, troubleOf, type Said } from '../../../lib/said';
import { countChars } from '../../../lib/words';
import { AreaField, FormBox, SelectField, Submit, TextField, Trouble, useForm } from '../../../ui/form';
import { Sheet } from '../../../ui/sheet';
import type { Replies } from '../canned';

const LANGUAGES: readonly Language[] = ['ko', 'en'];

/** One's canned replies: to read, write, change and delete; those of everybody to read. */
export function RepliesSheet({ replies, onShut }: { replies: Replies; onShut(): void }) {
  const [editing, setEditing] = useState<ReplyView | 'NEW' | null>(null);
  useEffect(() => void replies.load(), [replies]);
  const items = replies.items.value;
  return (
    <Sheet title={t('counsellor.canned')} testid="replies-sheet" onShut={onShut}>
      <p class="hint">{t('counsellor.canned.hint')}</p>
      {replies.status.value === 'FAILED' && (
        <p role="status" data-testid="replies-failed">
          {t('counsellor.canned.failed')}
        </p>
      )}
      {replies.status.value === 'READY' && items.length === 0 && <p class="none">{t('counsellor.canned.none')}</p>}
      {editing === null ? (
        <>
          <ul class="replies">
            {items.map((reply) => (
              <ReplyRow key={reply.id} reply={reply} replies={replies} onEdit={() => setEditing(reply)} />
            ))}
          </ul>
          <div class="actions">
            <button type="button" data-testid="replies-shut" onClick={onShut}>
              {t('common.close')}
            </button>
            {replies.status.value === 'READY' && (
              <button type="button" class="primary" data-testid="reply-new" onClick={() => setEditing('NEW')}>
                {t('counsellor.canned.new')}
              </button>
            )}
          </div>
        </>
      ) : (
        <ReplyForm reply={editing === 'NEW' ? null : editing} replies={replies} onDone={() => setEditing(null)} />
      )}
    </Sheet>
  );
}

function ReplyRow({ reply, replies, onEdit }: { reply: ReplyView; replies: Replies; onEdit(): void }) {
  const [sure, setSure] = useState(false);
  const [trouble, setTrouble] = useState<Said | null>(null);
  const remove = async () => {
    if (!sure) return setSure(true);
    try {
      await replies.remove(reply);
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  };
  return (
    <li data-testid="reply">
      <div>
        <strong>/{reply.shortcut}</strong> {reply.shared && <small>{t('counsellor.canned.shared')}</small>}
        <p dir="auto">{reply.body}</p>
        {trouble && (
          <p class="trouble" role="alert">
            {say(trouble)}
          </p>
        )}
      </div>
      {reply.mine && !reply.shared && (
        <>
          <button type="button" class="small" data-testid="reply-edit" onClick={onEdit}>
            {t('counsellor.canned.edit')}
          </button>
          <button type="button" class={sure ? 'small danger' : 'small'} data-testid="reply-remove" onClick={() => void remove()}>
            {sure ? t('counsellor.canned.remove.sure') : t('counsellor.canned.remove')}
          </button>
        </>
      )}
    </li>
  );
}

function ReplyForm({ reply, replies, onDone }: { reply: ReplyView | null; replies: Replies; onDone(): void }) {
  const form = useForm({
    shortcut: reply?.shortcut ?? '',
    body: reply?.body ?? '',
    language: reply?.language ?? shown.peek(),
  });
  async function save() {
    const { shortcut, body } = form.state.peek().typed;
    const chars = countChars(body.trim());
    if (shortcut.trim() === '') return form.fault('shortcut', { key: 'fault.MISSING' });
    if (chars === 0) return form.fault('body', { key: 'fault.MISSING' });
    if (chars > NEW_REPLY.body.chars_max) {
      return form.fault('body', { key: 'counsellor.notes.long', values: { chars, max: NEW_REPLY.body.chars_max } });
    }
    const saved = await form.send((typed) =>
      replies.save(reply, { ...typed, shortcut: typed.shortcut.trim(), body: typed.body.trim() }),
    );
    if (saved) onDone();
  }
  return (
    <FormBox form={form} testid="reply-form" onSubmit={() => void save()}>
      <TextField
        form={form}
        name="shortcut"
        label={t('counsellor.canned.shortcut')}
        hint={t('counsellor.canned.shortcut.hint')}
        charsMax={NEW_REPLY.shortcut.chars_max}
      />
      <AreaField form={form} name="body" label={t('counsellor.canned.body')} charsMax={NEW_REPLY.body.chars_max} rows={5} />
      <SelectField
        form={form}
        name="language"
        label={t('counsellor.canned.language')}
        options={LANGUAGES.map((each) => [each, languageName(each)] as const)}
      />
      <Trouble form={form} />
      <div class="actions">
        <button type="button" onClick={onDone}>
          {t('common.back')}
        </button>
        <Submit form={form} label={t('counsellor.canned.save')} testid="reply-save" />
      </div>
    </FormBox>
  );
}
