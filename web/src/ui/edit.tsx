import type { ComponentChildren } from 'preact';

import type { Edit } from '../lib/edit';
import { t } from '../lib/i18n';
import { FormBox, Submit, Trouble } from './form';

interface Props<Item extends { version: number }, Values extends object> {
  edit: Edit<Item, Values>;
  /** A field's label and its value in words, for those that may be in conflict. */
  facts(values: Values): ReadonlyArray<readonly [label: string, value: string]>;
  testid: string;
  /** What stands against saving is said beside its field, and nothing is sent. */
  check?(): boolean;
  readOnly?: boolean;
  /** The page has another button to go on with. */
  second?: boolean;
  children: ComponentChildren;
}

/** The form of a thing that others edit too. */
export function EditBox<Item extends { version: number }, Values extends object>(props: Props<Item, Values>) {
  const { edit, facts, testid, check, readOnly = false, second = false, children } = props;
  const { form } = edit;
  const theirs = edit.theirs.value;
  function save() {
    if (!readOnly && (check?.() ?? true)) void edit.save();
  }
  return (
    <FormBox form={form} testid={testid} onSubmit={save}>
      {children}
      <Trouble form={form} />
      {theirs && (
        <div class="notice stack" data-testid="conflict">
          <p>{t('edit.conflict')}</p>
          <Conflict theirs={facts(theirs)} mine={facts(form.state.value.typed)} />
          <div class="actions">
            <button type="button" data-testid="take-theirs" onClick={() => edit.takeTheirs()}>
              {t('edit.theirs.take')}
            </button>
          </div>
        </div>
      )}
      {!readOnly && (
      <div class="actions">
        <span class="saved" role="status" data-testid="saved">
          {edit.isSaved && t('edit.saved')}
        </span>
        <Submit form={form} label={t(theirs ? 'edit.mine.save' : 'edit.save')} testid={`${testid}-save`} second={second} />
      </div>
      )}
    </FormBox>
  );
}

type Facts = ReadonlyArray<readonly [label: string, value: string]>;

function Conflict({ theirs, mine }: { theirs: Facts; mine: Facts }) {
  const differing = theirs
    .map(([label, value], index) => ({ label, theirs: value, mine: mine[index]?.[1] ?? '' }))
    .filter((row) => row.theirs !== row.mine);
  return (
    <dl class="conflict">
      {differing.map((row) => (
        <div key={row.label}>
          <dt>{row.label}</dt>
          <dd>
            <small>{t('edit.theirs')}</small> {row.theirs || '–'}
          </dd>
          <dd>
            <small>{t('edit.mine')}</small> {row.mine || '–'}
          </dd>
        </div>
      ))}
    </dl>
  );
}
