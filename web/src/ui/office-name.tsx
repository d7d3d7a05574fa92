import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

import { call } from '../lib/api';
import type { OfficeView } from '../lib/api.gen';
import { OFFICE_NAME_REQUEST } from '../lib/bounds.gen';
import { t } from '../lib/i18n';
import { useUnsaved, type Unsaved } from '../lib/unsaved';
import { FormBox, Submit, TextField, Trouble, useForm } from './form';

interface Props {
  readOnly?: boolean;
  /** The page goes on with another button, which saves this too. */
  unsaved?: Unsaved;
}

/** What the organisation is called; walls and start pages show it. */
export function OfficeName({ readOnly = false, unsaved }: Props) {
  const form = useForm({ name: '' });
  const saved = useSignal<string | null>(null);
  useEffect(() => {
    call<OfficeView>('GET', '/office').then(
      ({ name }) => {
        // What is being typed already is not written over.
        if (name !== null && form.state.peek().typed.name === '') form.type({ name });
        saved.value ??= name;
      },
      () => undefined,
    );
  }, [form, saved]);
  async function save(): Promise<boolean> {
    const name = form.state.peek().typed.name.trim();
    if (name === '') form.fault('name', { key: 'fault.MISSING' });
    else if (await form.send(() => call<OfficeView>('PUT', '/office', { name }))) {
      form.type({ name });
      saved.value = name;
      return true;
    }
    return false;
  }
  useUnsaved(unsaved, 'office', form, { isTouched: () => form.state.value.typed.name !== (saved.value ?? ''), save });
  const isSaved = saved.value !== null && saved.value === form.state.value.typed.name;
  return (
    <FormBox form={form} testid="office-form" onSubmit={() => void save()}>
      <TextField
        form={form}
        name="name"
        label={t('office.name')}
        hint={t('office.name.hint')}
        charsMax={OFFICE_NAME_REQUEST.name.chars_max}
        autocomplete="organization"
        disabled={readOnly}
        testid="office-name"
      />
      <Trouble form={form} />
      {!readOnly && (
        <div class="actions">
          <span class="saved" role="status" data-testid="office-saved">
            {isSaved && t('edit.saved')}
          </span>
          <Submit form={form} label={t('edit.save')} testid="office-save" second={unsaved !== undefined} />
        </div>
      )}
    </FormBox>
  );
}
