import { useEffect, useState } from 'preact/hooks';

import { call } from '../lib/api';
import { t } from '../lib/i18n';
import { FormBox, Submit, TextField, Trouble, useForm } from './form';

/** Longest the server takes. */
const NAME_CHARS_MAX = 60;

interface Named {
  name: string | null;
}

interface Props {
  readOnly?: boolean;
  onSaved?(name: string): void;
}

/** What the organisation is called; walls and start pages show it. */
export function OfficeName({ readOnly = false, onSaved }: Props) {
  const form = useForm({ name: '' });
  const [saved, setSaved] = useState<string | null>(null);
  useEffect(() => {
    call<Named>('GET', '/office').then(
      ({ name }) => {
        // What is being typed already is not written over.
        if (name !== null && form.state.peek().typed.name === '') form.type({ name });
        setSaved((before) => before ?? name);
      },
      () => undefined,
    );
  }, [form]);
  async function save() {
    const name = form.state.peek().typed.name.trim();
    if (name === '') return form.fault('name', { key: 'fault.MISSING' });
    if (!(await form.send(() => call<Named>('PUT', '/office', { name })))) return;
    form.type({ name });
    setSaved(name);
    onSaved?.(name);
  }
  const isSaved = saved !== null && saved === form.state.value.typed.name;
  return (
    <FormBox form={form} testid="office-form" onSubmit={() => void save()}>
      <TextField
        form={form}
        name="name"
        label={t('office.name')}
        hint={t('office.name.hint')}
        charsMax={NAME_CHARS_MAX}
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
          <Submit form={form} label={t('edit.save')} testid="office-save" />
        </div>
      )}
    </FormBox>
  );
}
