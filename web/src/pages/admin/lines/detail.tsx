import { useEffect, useState } from 'preact/hooks';

import { ApiError } from '../../../lib/api';
import { Edit } from '../../../lib/edit';
import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { go } from '../../../lib/route';
import { say, troubleOf, type Said } from '../../../lib/said';
import { Confirm } from '../../../ui/confirm';
import { Detail } from '../../../ui/detail';
import { EditBox } from '../../../ui/edit';
import { Shown } from '../../../ui/listing';
import { lineText } from '../lookups';
import type { Office } from '../office';
import { TestMark } from '../try/mark';
import { check, LineFields } from './fields';
import { toPlan } from './hours';
import { editLine, FIGURE_NAMES, readLine, removeLine, valuesOf, type LineRow, type LineValues } from './lines';

/** A line by itself. `key` it by its id. */
export function LinePage({ office, id }: { office: Office; id: string }) {
  const [one] = useState(() => new One(() => readThis(id)));
  useEffect(() => void one.load(), [one]);
  const state = one.state.value;
  return (
    <Detail title={state.status === 'READY' ? lineText(state.item) : t('admin.lines')} section="lines" testid="line">
      <Shown one={one}>
        {(line) => (
          <>
            <section class="card stack">
              {line.test && <TestMark stays />}
              <ValuesForm line={line} one={one} office={office} />
            </section>
            {office.may('lines') && !line.test && <Remove line={line} office={office} />}
          </>
        )}
      </Shown>
    </Detail>
  );
}

/** Lines are read as a list; one that is not in it is as little there as an unknown address. */
async function readThis(id: string): Promise<LineRow> {
  const line = await readLine(id);
  if (line === null) throw new ApiError({ status: 404, code: 'NOT_FOUND' }, null);
  return line;
}

function ValuesForm({ line, one, office }: { line: LineRow; one: One<LineRow>; office: Office }) {
  const [edit] = useState(
    () =>
      new Edit<LineRow, LineValues>(line, {
        valuesOf,
        save: (changes, version) => editLine(line.id, changes, version),
        read: () => readThis(line.id),
        saved(saved) {
          one.put(saved);
          void office.lookups.lines.load();
        },
      }),
  );
  const mayEdit = office.may('lines') && !line.test;
  return (
    <>
      {!mayEdit && <p class="hint">{t('lines.admins_only')}</p>}
      <EditBox
        edit={edit}
        testid="line-form"
        check={() => check(edit.form, false)}
        readOnly={!mayEdit}
        facts={(values) => [
          [t('lines.name'), values.name],
          [t('lines.name_en'), values.name_en],
          [t('lines.prefix'), values.prefix],
          ...FIGURE_NAMES.map((name) => [t(`lines.${name}`), values[name]] as const),
          [t('hours.title'), JSON.stringify(toPlan(values.hours) ?? t('hours.always'))],
          [t('state.IN_USE'), t(values.in_use ? 'common.yes' : 'common.no')],
        ]}
      >
        <LineFields form={edit.form} disabled={!mayEdit} isNew={false} />
      </EditBox>
    </>
  );
}

function Remove({ line, office }: { line: LineRow; office: Office }) {
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<Said | null>(null);
  async function remove() {
    try {
      await removeLine(line.id, line.version);
      void office.lookups.lines.load();
      go('lines');
    } catch (error) {
      setTrouble(troubleOf(error));
    }
  }
  return (
    <div class="actions start">
      <button
        type="button"
        data-testid="line-delete"
        onClick={() => {
          setTrouble(null);
          setAsking(true);
        }}
      >
        {t('lines.delete')}
      </button>
      {asking && (
        <Confirm
          question={t('lines.delete.question', { name: lineText(line) })}
          detail={t('lines.delete.detail')}
          yes={t('lines.delete')}
          no={t('common.back')}
          testid="line-delete-confirm"
          onYes={() => void remove()}
          onNo={() => setAsking(false)}
        >
          {trouble && (
            <p class="trouble" role="alert">
              {say(trouble)}
            </p>
          )}
        </Confirm>
      )}
    </div>
  );
}
