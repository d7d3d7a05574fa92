import { useEffect, useState } from 'preact/hooks';

import type { ConsultationWhole } from '../../../lib/api.gen';
import { CONSULTATION_EDIT } from '../../../lib/bounds.gen';
import { Edit } from '../../../lib/edit';
import { dayAndTime, officeTime, shortDuration } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { One } from '../../../lib/one';
import { Detail } from '../../../ui/detail';
import { EditBox } from '../../../ui/edit';
import { AreaField, SelectField } from '../../../ui/form';
import { StaffMark } from '../../../ui/staff-mark';
import { Shown } from '../../../ui/listing';
import type { Office } from '../office';
import { TestMark } from '../try/mark';
import { editNotes, readOne, type Notes } from './api';
import { details, doer, ending, explained, happening } from './words';

/** A consultation by itself. `key` it by its id. */
export function ConsultationPage({ office, id }: { office: Office; id: string }) {
  const [one] = useState(() => new One(() => readOne(id)));
  useEffect(() => void one.load(), [one]);
  const state = one.state.value;
  const number = state.status === 'READY' ? (state.item.number ?? '–') : '…';
  return (
    <Detail title={t('admin.detail', { number })} section="consultations" testid="consultation">
      <Shown one={one}>{(item) => <Whole item={item} one={one} office={office} />}</Shown>
    </Detail>
  );
}

interface WholeProps {
  item: ConsultationWhole;
  one: One<ConsultationWhole>;
  office: Office;
}

function Whole({ item, one, office }: WholeProps) {
  return (
    <>
      <section class="card stack">
        {item.test && <TestMark />}
        <Facts item={item} office={office} />
      </section>
      <section class="card stack">
        <h3>{t('consultations.notes')}</h3>
        <NotesForm item={item} one={one} office={office} />
      </section>
      <section class="card stack">
        <h3>{t('chat.messages')}</h3>
        <Said item={item} />
      </section>
      {item.explanation && (
        <section class="card stack" data-testid="explanation">
          <h3>{t('explained.title')}</h3>
          <ul class="sentences">
            {explained(item.explanation).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          {item.explanation.passed_over.length > 0 && (
            <p class="hint">{item.explanation.passed_over.map((id) => office.lookups.account(id)).join(', ')}</p>
          )}
        </section>
      )}
      <section class="card stack">
        <h3>{t('timeline.title')}</h3>
        <Timeline item={item} office={office} />
      </section>
    </>
  );
}

function Facts({ item, office }: { item: ConsultationWhole; office: Office }) {
  const predicted = item.predicted_s;
  const facts: ReadonlyArray<[string, string | number | null | undefined]> = [
    [t('admin.status'), t(`admin.status.${item.status}`)],
    [t('admin.line'), office.lookups.line(item.line_id)],
    [t('admin.desk'), item.desk ? office.lookups.desk(item.desk) : t('desks.public')],
    [t('admin.nickname'), item.nickname],
    [t('desk.note'), item.note],
    [t('admin.counsellor'), item.counsellor_name],
    [t('admin.requested'), dayAndTime(item.requested_at)],
    [t('admin.matched'), dayAndTime(item.matched_at)],
    [t('admin.ended'), dayAndTime(item.ended_at)],
    [t('admin.wrapped_up'), dayAndTime(item.wrapped_up_at)],
    [t('admin.end_reason'), ending(item)],
    [t('admin.predicted'), predicted && `${shortDuration(predicted[0])} – ${shortDuration(predicted[1])}`],
    [t('admin.score'), item.rating],
    [t('admin.comment'), item.rating_comment],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}

function NotesForm({ item, one, office }: WholeProps) {
  const [edit] = useState(
    () =>
      new Edit<ConsultationWhole, Notes>(item, {
        valuesOf: ({ result_code, memo }) => ({ result_code: result_code ?? '', memo: memo ?? '' }),
        save: (changes, version) => editNotes(item.id, changes, version),
        read: () => readOne(item.id),
        saved(saved) {
          one.put(saved);
          office.consultations.put(saved);
        },
      }),
  );
  const { form } = edit;
  const results = office.lookups.results.items.value.filter(({ in_use }) => in_use);
  const typed = form.state.value.typed.result_code;
  const unknown = typed !== '' && !results.some(({ code }) => code === typed);
  return (
    <EditBox
      edit={edit}
      testid="notes"
      facts={({ result_code, memo }) => [
        [t('admin.result'), result_code && office.lookups.result(result_code)],
        [t('admin.memo'), memo],
      ]}
    >
      <SelectField
        form={form}
        name="result_code"
        label={t('admin.result')}
        options={[
          ...(item.result_code === null ? [['', '–'] as const] : []),
          ...results.map(({ code }) => [code, office.lookups.result(code)] as const),
          ...(unknown ? [[typed, office.lookups.result(typed)] as const] : []),
        ]}
      />
      <AreaField form={form} name="memo" label={t('admin.memo')} charsMax={CONSULTATION_EDIT.memo.chars_max} rows={4} />
    </EditBox>
  );
}

function Said({ item }: { item: ConsultationWhole }) {
  const speaker = (from: string) => {
    const member = item.members.find((one) => one.member === from);
    if (!member) return '–';
    return (
      <>
        <bdi>{member.name || t(`role.${member.role}`)}</bdi>
        <StaffMark role={member.role} />
      </>
    );
  };
  if (item.messages.length === 0) return <p class="hint">{t('consultations.messages.none')}</p>;
  return (
    <ol class="stack tight">
      {item.messages.map((message) => (
        <li key={message.seq} data-testid="message" data-seq={message.seq}>
          <small>
            {speaker(message.from)} · {officeTime(message.at)}
          </small>
          <p class="recorded">{message.body}</p>
        </li>
      ))}
    </ol>
  );
}

function Timeline({ item, office }: { item: ConsultationWhole; office: Office }) {
  return (
    <ol class="timeline" data-testid="timeline">
      {item.timeline.map((step, index) => (
        <li key={index} data-kind={step.kind}>
          <time dateTime={step.at}>{dayAndTime(step.at)}</time>
          <span>
            {happening(step.kind)} {doer(step) && <small data-testid="doer">{doer(step)}</small>}
          </span>
          {details(step, (id) => office.lookups.line(id)).map((line) => (
            <small key={line} class="recorded">
              {line}
            </small>
          ))}
        </li>
      ))}
    </ol>
  );
}
