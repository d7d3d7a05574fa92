import { useEffect, useState } from 'preact/hooks';

import { NEW_ROOM } from '../../lib/bounds.gen';
import type { Form } from '../../lib/form';
import { editGroup, endGroup, isUnknown, makeGroup, readGroup, type GroupRoom, type GroupValues } from '../../lib/groups';
import { t } from '../../lib/i18n';
import { One } from '../../lib/one';
import { Confirm } from '../confirm';
import { CopyText } from '../copy';
import { AreaField, TextField, Trouble, useForm } from '../form';
import { FormSheet } from '../form-sheet';
import { Shown } from '../listing';
import { Qr } from '../qr';
import { Sheet } from '../sheet';
import { PictureField } from './picture';

function Fields({ form }: { form: Form<GroupValues> }) {
  const { title, picture } = form.state.value.typed;
  return (
    <>
      <TextField form={form} name="title" label={t('groups.name')} charsMax={NEW_ROOM.title.chars_max} testid="group-title" />
      <AreaField
        form={form}
        name="info"
        label={t('groups.info')}
        hint={t('groups.info.hint')}
        charsMax={NEW_ROOM.info.chars_max}
        rows={3}
        testid="group-info"
        optional
      />
      <PictureField
        label={t('room.picture')}
        name={title}
        picture={picture}
        guest={null}
        onPicture={(next) => form.type({ picture: next })}
      />
    </>
  );
}

/** A title is all a room needs. */
function isTitled(form: Form<GroupValues>): boolean {
  if (form.state.peek().typed.title.trim() !== '') return true;
  form.fault('title', { key: 'fault.MISSING' });
  return false;
}

/** Opens a new group room. */
export function NewGroup({ onMade, onShut }: { onMade(made: GroupRoom): void; onShut(): void }) {
  const form = useForm<GroupValues>({ title: '', info: '', picture: '' });
  async function make() {
    if (!isTitled(form)) return;
    await form.send(async (typed) => onMade(await makeGroup(typed)));
  }
  return (
    <FormSheet
      form={form}
      title={t('groups.new')}
      testid="group-sheet"
      label={t('groups.make')}
      sendTestid="group-make"
      onSend={make}
      onShut={onShut}
    >
      <Fields form={form} />
    </FormSheet>
  );
}

/** What of a group room can be edited. */
export interface Editable {
  readonly room: string;
  readonly title: string;
  readonly info: string;
  readonly picture: string | null;
}

export function EditGroup({ group, onDone }: { group: Editable; onDone(): void }) {
  const form = useForm<GroupValues>({ title: group.title, info: group.info, picture: group.picture ?? '' });
  async function save() {
    if (!isTitled(form)) return;
    if (await form.send((typed) => editGroup(group.room, typed))) onDone();
  }
  return (
    <FormSheet
      form={form}
      title={t('groups.edit')}
      testid="group-edit-sheet"
      label={t('groups.save')}
      sendTestid="group-save"
      onSend={save}
      onShut={onDone}
    >
      <Fields form={form} />
    </FormSheet>
  );
}

/** The way in for guests: to be copied, printed, or held in front of a camera. */
export function ShareGroup({ id, title, onShut }: { id: string; title: string; onShut(): void }) {
  const [one] = useState(() => new One(() => readGroup(id)));
  useEffect(() => void one.load(), [one]);
  return (
    <Sheet title={t('groups.share.title', { title })} testid="group-share-sheet" onShut={onShut}>
      <div class="printed stack">
        <p>{t('groups.share.detail')}</p>
        <Shown one={one}>
          {({ qr, link }) => (
            <>
              {qr && <Qr svg={qr} alt={t('groups.share.qr')} />}
              <CopyText label={t('groups.share.link')} text={link} testid="group-link" />
            </>
          )}
        </Shown>
      </div>
      <div class="actions">
        <button type="button" onClick={() => print()}>
          {t('common.print')}
        </button>
        <button type="button" class="primary" data-testid="group-share-done" onClick={onShut}>
          {t('common.close')}
        </button>
      </div>
    </Sheet>
  );
}

/** Asks before the room ends for everybody. */
export function EndGroup({ group, onDone }: { group: Editable; onDone(): void }) {
  const form = useForm({});
  async function end() {
    const sent = await form.send(async () => {
      try {
        await endGroup(group.room);
      } catch (error) {
        // Somebody else was faster.
        if (!isUnknown(error)) throw error;
      }
    });
    if (sent) onDone();
  }
  return (
    <Confirm
      question={t('groups.end.question', { title: group.title })}
      detail={t('groups.end.detail')}
      yes={t('groups.end')}
      no={t('common.back')}
      testid="group-end-confirm"
      onYes={() => void end()}
      onNo={onDone}
    >
      <Trouble form={form} />
    </Confirm>
  );
}
