import { useEffect, useState } from 'preact/hooks';

import type { AccountView } from '../../../lib/api.gen';
import { NEW_STAFF } from '../../../lib/bounds.gen';
import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { say } from '../../../lib/said';
import { useUnsaved, type Unsaved } from '../../../lib/unsaved';
import { FormBox, Submit, TextField, Trouble, useForm } from '../../../ui/form';
import { Shown } from '../../../ui/listing';
import { ServedLines } from '../../admin/accounts/served';
import { readLines, type LineRow } from '../../admin/lines/lines';
import { blank, check, makeCounsellor, readCounsellors, type CounsellorValues } from '../counsellor';

/** What is typed; which lines somebody serves is chosen already. */
const TEXTS = ['name', 'login', 'password', 'again'] as const;

interface Read {
  lines: LineRow[];
  counsellors: AccountView[];
}

async function read(): Promise<Read> {
  const [lines, counsellors] = await Promise.all([readLines(), readCounsellors()]);
  return { lines: lines.filter(({ in_use }) => in_use), counsellors };
}

/** The counsellors there are, and one more. */
export function CounsellorStep({ unsaved }: { unsaved: Unsaved }) {
  const [one] = useState(() => new One(read));
  useEffect(() => void one.load(), [one]);
  return (
    <Shown one={one}>
      {({ lines, counsellors }) => (
        <>
          <section class="card stack">
            <h2>{t('guide.counsellor.there')}</h2>
            {counsellors.length === 0 ? (
              <p class="hint">{t('guide.counsellor.none')}</p>
            ) : (
              <ul>
                {counsellors.map(({ id, login, name }) => (
                  <li key={id} data-testid="counsellor-there">
                    {name} <small>({login})</small>
                  </li>
                ))}
              </ul>
            )}
          </section>
          <NewCounsellor key={counsellors.length} lines={lines} unsaved={unsaved} onMade={() => void one.refresh()} />
        </>
      )}
    </Shown>
  );
}

interface NewProps {
  lines: readonly LineRow[];
  unsaved: Unsaved;
  onMade(): void;
}

function NewCounsellor({ lines, unsaved, onMade }: NewProps) {
  const all = lines.map(({ id }) => ({ line: id, tier: 0 }));
  const form = useForm<CounsellorValues>(() => ({ ...blank, lines: all }));
  const { typed, faults } = form.state.value;
  async function make(): Promise<boolean> {
    if (!check(form) || !(await form.send(makeCounsellor))) return false;
    form.fill({ ...blank, lines: all });
    onMade();
    return true;
  }
  useUnsaved(unsaved, 'counsellor', form, {
    isTouched: () => TEXTS.some((name) => form.state.value.typed[name].trim() !== ''),
    save: make,
  });
  return (
    <section class="card stack">
      <h2>{t('guide.counsellor.new')}</h2>
      <FormBox form={form} testid="counsellor-form" onSubmit={() => void make()}>
        <div class="columns">
          <TextField
            form={form}
            name="name"
            label={t('setup.name')}
            hint={t('setup.name.hint')}
            charsMax={NEW_STAFF.name.chars_max}
            autocomplete="off"
            testid="counsellor-name"
          />
          <TextField
            form={form}
            name="login"
            label={t('login.login')}
            charsMax={NEW_STAFF.login.chars_max}
            autocomplete="off"
            testid="counsellor-login"
          />
          <TextField
            form={form}
            name="password"
            label={t('login.password')}
            hint={t('setup.password.hint')}
            type="password"
            autocomplete="new-password"
            testid="counsellor-password"
          />
          <TextField
            form={form}
            name="again"
            label={t('setup.password.again')}
            type="password"
            autocomplete="new-password"
            testid="counsellor-again"
          />
        </div>
        <ServedLines
          lines={lines}
          value={typed.lines}
          fault={faults.lines && say(faults.lines)}
          onChange={(served) => form.type({ lines: served })}
        />
        <Trouble form={form} />
        <div class="actions">
          <Submit form={form} label={t('guide.counsellor.make')} testid="counsellor-make" second />
        </div>
      </FormBox>
    </section>
  );
}
