import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { NEW_LINE } from '../../../lib/bounds.gen';
import { Edit } from '../../../lib/edit';
import type { Form } from '../../../lib/form';
import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { useUnsaved, type Unsaved } from '../../../lib/unsaved';
import { EditBox } from '../../../ui/edit';
import { FormBox, Submit, TextField, Trouble, useForm } from '../../../ui/form';
import { Shown } from '../../../ui/listing';
import { readLine, readLines, type LineRow } from '../../admin/lines/lines';
import { lineName } from '../../admin/lookups';
import { addLine, renameLine, type Names } from '../lines';

/** The lines there are, by their two names, and one more. */
export function LinesStep({ unsaved }: { unsaved: Unsaved }) {
  const [one] = useState(() => new One(readLines));
  useEffect(() => void one.load(), [one]);
  const changed = () => void one.refresh();
  return (
    <Shown one={one}>
      {(lines) => (
        <>
          {lines.map((line) => (
            <Line key={line.id} line={line} unsaved={unsaved} onChanged={changed} />
          ))}
          <NewLine lines={lines} unsaved={unsaved} onChanged={changed} />
        </>
      )}
    </Shown>
  );
}

function Fields({ form, testid }: { form: Form<Names>; testid: string }) {
  return (
    <div class="columns">
      <TextField form={form} name="name" label={t('guide.lines.name')} charsMax={NEW_LINE.name.chars_max} testid={`${testid}-ko`} />
      <TextField
        form={form}
        name="name_en"
        label={t('guide.lines.name_en')}
        charsMax={NEW_LINE.name_en.chars_max}
        testid={`${testid}-en`}
      />
    </div>
  );
}

function check(form: Form<Names>): boolean {
  const { typed } = form.state.peek();
  const missing = (['name', 'name_en'] as const).find((name) => typed[name].trim() === '');
  if (missing) form.fault(missing, { key: 'fault.MISSING' });
  return missing === undefined;
}

function Line({ line, unsaved, onChanged }: { line: LineRow; unsaved: Unsaved; onChanged(): void }) {
  const [edit] = useState(
    () =>
      new Edit<LineRow, Names>(line, {
        valuesOf: ({ name, name_en }) => ({ name, name_en }),
        save: (changes, version) => renameLine(line.id, { ...line, ...changes }, version),
        read: async () => (await readLine(line.id)) ?? line,
        saved: onChanged,
      }),
  );
  useUnsaved(unsaved, `line ${line.id}`, edit.form, {
    isTouched: () => edit.isTouched,
    save: async () => check(edit.form) && edit.save(),
  });
  return (
    <section class="card stack" data-testid={`line-${line.topic}`}>
      <h2>
        {lineName(line)} <small>{line.prefix}-001</small>
      </h2>
      <EditBox
        edit={edit}
        testid={`line-${line.topic}-form`}
        check={() => check(edit.form)}
        second
        facts={({ name, name_en }) => [
          [t('guide.lines.name'), name],
          [t('guide.lines.name_en'), name_en],
        ]}
      >
        <Fields form={edit.form} testid={`line-${line.topic}`} />
      </EditBox>
    </section>
  );
}

const noNames: Names = { name: '', name_en: '' };

function NewLine({ lines, unsaved, onChanged }: { lines: readonly LineRow[]; unsaved: Unsaved; onChanged(): void }) {
  const form = useForm<Names>(noNames);
  const box = useRef<HTMLElement>(null);
  const known = useRef(lines.length);
  // The card of a line that was added pushes this one down: the next one is written where it is now.
  useLayoutEffect(() => {
    if (lines.length > known.current) box.current?.querySelector('input')?.focus();
    known.current = lines.length;
  }, [lines.length]);
  async function add(): Promise<boolean> {
    if (!check(form) || !(await form.send((typed) => addLine(typed, lines)))) return false;
    form.fill(noNames);
    onChanged();
    return true;
  }
  useUnsaved(unsaved, 'new line', form, {
    isTouched: () => Object.values(form.state.value.typed).some((text: string) => text.trim() !== ''),
    save: add,
  });
  return (
    <section ref={box} class="card stack">
      <h2>{t('guide.lines.new')}</h2>
      <FormBox form={form} onSubmit={() => void add()}>
        <Fields form={form} testid="line-new" />
        <Trouble form={form} />
        <div class="actions">
          <Submit form={form} label={t('guide.lines.add')} testid="line-add" second />
        </div>
      </FormBox>
    </section>
  );
}
