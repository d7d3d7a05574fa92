import { useEffect, useState } from 'preact/hooks';

import type { DeskView, DeskWithKey, Enrolment } from '../../../lib/api.gen';
import { DESK_EDIT } from '../../../lib/bounds.gen';
import { Edit } from '../../../lib/edit';
import { dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { say, troubleOf, type Said } from '../../../lib/said';
import { Confirm } from '../../../ui/confirm';
import { Detail } from '../../../ui/detail';
import { EditBox } from '../../../ui/edit';
import { CheckField, SelectField, TextField } from '../../../ui/form';
import { Shown } from '../../../ui/listing';
import { lineText } from '../lookups';
import type { Office } from '../office';
import { editDesk, enrol, readDesk, removeDesk, renewKey, restoreDesk, revokeKey, valuesOf, type DeskValues } from './desks';
import { EnrolmentOnce, KeyOnce } from './key';
import { DeskMark } from './list';

/** A desk by itself. `key` it by its id. */
export function DeskPage({ office, id }: { office: Office; id: string }) {
  const [one] = useState(() => new One(() => readDesk(id)));
  useEffect(() => void one.load(), [one]);
  const state = one.state.value;
  return (
    <Detail title={state.status === 'READY' ? state.item.name : t('admin.desks')} section="desks" testid="desk">
      <Shown one={one}>
        {(desk) => (
          <>
            <section class="card stack">
              <Facts desk={desk} />
              <Actions desk={desk} one={one} />
            </section>
            {!desk.deleted && (
              <section class="card stack">
                <h3>{t('desks.edit')}</h3>
                <ValuesForm desk={desk} one={one} office={office} />
              </section>
            )}
          </>
        )}
      </Shown>
    </Detail>
  );
}

function Facts({ desk }: { desk: DeskView }) {
  const { id, has_key, key_at, enrolment_until } = desk;
  const facts: ReadonlyArray<[string, string]> = [
    [t('desks.id'), id],
    [t('desks.key'), has_key ? t('desks.key.since', { at: dayAndTime(key_at) }) : t('desks.key.no')],
    [t('desks.enrolment'), enrolment_until ? t('desks.enrolment.until', { at: dayAndTime(enrolment_until) }) : '–'],
  ];
  return (
    <>
      <p>
        <DeskMark desk={desk} />
      </p>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

type Question = 'delete' | 'restore' | 'renew' | 'revoke';

const DOES: Readonly<Record<Question, (desk: DeskView) => Promise<DeskWithKey | unknown>>> = {
  delete: ({ id, version }) => removeDesk(id, version),
  restore: ({ id, version }) => restoreDesk(id, version),
  renew: ({ id }) => renewKey(id),
  revoke: ({ id }) => revokeKey(id),
};

function Actions({ desk, one }: { desk: DeskView; one: One<DeskView> }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [trouble, setTrouble] = useState<Said | null>(null);
  const [key, setKey] = useState<DeskWithKey | null>(null);
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const questions: Question[] = desk.deleted ? ['restore'] : ['renew', ...(desk.has_key ? (['revoke'] as const) : []), 'delete'];

  async function tried(how: () => Promise<void>) {
    setTrouble(null);
    try {
      await how();
    } catch (error) {
      setTrouble(troubleOf(error));
    }
    await one.refresh();
  }
  const answer = (asked: Question) =>
    tried(async () => {
      const made = await DOES[asked](desk);
      setQuestion(null);
      if (asked === 'renew') setKey(made as DeskWithKey);
    });
  const said = trouble && (
    <p class="trouble" role="alert">
      {say(trouble)}
    </p>
  );
  return (
    <>
      <div class="actions start">
        {!desk.deleted && (
          <button
            type="button"
            class="primary"
            data-testid="enrol"
            onClick={() => void tried(async () => setEnrolment(await enrol(desk.id)))}
          >
            {t('desks.enrol')}
          </button>
        )}
        {questions.map((each) => (
          <button
            key={each}
            type="button"
            data-testid={`desk-${each}`}
            onClick={() => {
              setTrouble(null);
              setQuestion(each);
            }}
          >
            {t(`desks.act.${each}`)}
          </button>
        ))}
      </div>
      {!question && said}
      {question && (
        <Confirm
          question={t(`desks.act.${question}.question`, { name: desk.name })}
          detail={t(`desks.act.${question}.detail`)}
          yes={t(`desks.act.${question}`)}
          no={t('common.back')}
          testid={`desk-${question}-confirm`}
          onYes={() => void answer(question)}
          onNo={() => setQuestion(null)}
        >
          {said}
        </Confirm>
      )}
      {key && <KeyOnce made={{ ...key, id: desk.id }} onDone={() => setKey(null)} />}
      {enrolment && <EnrolmentOnce name={desk.name} enrolment={enrolment} onDone={() => setEnrolment(null)} />}
    </>
  );
}

function ValuesForm({ desk, one, office }: { desk: DeskView; one: One<DeskView>; office: Office }) {
  const [edit] = useState(
    () =>
      new Edit<DeskView, DeskValues>(desk, {
        valuesOf,
        save: (changes, version) => editDesk(desk.id, changes, version),
        read: () => readDesk(desk.id),
        saved: (saved) => one.put(saved),
      }),
  );
  useEffect(() => edit.follow(desk), [edit, desk]);
  const { form } = edit;
  return (
    <EditBox
      edit={edit}
      testid="desk-form"
      facts={({ name, place, line, in_use }) => [
        [t('desks.name'), name],
        [t('desks.place'), place],
        [t('desks.line'), line && office.lookups.line(line)],
        [t('state.IN_USE'), t(in_use ? 'common.yes' : 'common.no')],
      ]}
    >
      <div class="columns">
        <TextField form={form} name="name" label={t('desks.name')} charsMax={DESK_EDIT.name.chars_max} />
        <TextField form={form} name="place" label={t('desks.place')} charsMax={DESK_EDIT.place.chars_max} optional />
        <SelectField
          form={form}
          name="line"
          label={t('desks.line')}
          optional
          options={[['', t('desks.line.any')], ...office.lookups.lines.items.value.map((line) => [line.id, lineText(line)] as const)]}
        />
      </div>
      <CheckField form={form} name="in_use" label={t('state.IN_USE')} hint={t('desks.in_use.hint')} />
    </EditBox>
  );
}
