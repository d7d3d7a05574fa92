import { useEffect, useState } from 'preact/hooks';

import type { JobView, TestDataView } from '../../../lib/api.gen';
import { TEST_DATA_REQUEST } from '../../../lib/bounds.gen';
import { languageName } from '../../../lib/format';
import { language, t } from '../../../lib/i18n';
import { format } from '../../../lib/route';
import { FormBox, SelectField, Submit, TextField, Trouble, useForm } from '../../../ui/form';
import { Failed, Loading } from '../../../ui/listing';
import type { Office } from '../office';
import { badFigure, Counts, isThere, make, type MakeValues } from './data';
import { TestMark } from './mark';
import { Rehearsal } from './rehearsal';
import { RemoveSheet } from './remove';
import { Stage } from './stage';
import './try.css';

const LANGUAGES = ['ko', 'en'] as const;

/** Trying things out: a rehearsed consultation, and test data made and removed. */
export function TryPage({ office }: { office: Office }) {
  const [rehearsal] = useState(() => new Rehearsal());
  const [counts] = useState(() => new Counts(() => office.lookups.load()));
  const now = counts.now.value;
  const others = now?.rehearsal ?? null;
  useEffect(() => {
    void counts.load();
    return () => {
      counts.stop();
      rehearsal.stop();
    };
  }, [counts, rehearsal]);
  // One that somebody began before this page was opened is shown as it goes.
  useEffect(() => {
    if (others !== null && rehearsal.now.peek() === null) void rehearsal.follow(others);
  }, [others, rehearsal]);
  const trouble = counts.trouble.value;
  return (
    <section class="stack">
      <header class="head">
        <h2>{t('admin.try')}</h2>
      </header>
      <p class="notice">
        <TestMark /> {t('try.hint')}
      </p>
      <Stage rehearsal={rehearsal} onEnd={() => void counts.load()} />
      <section class="card stack" aria-labelledby="try-data" data-testid="try-data">
        <h3 id="try-data">{t('try.data.title')}</h3>
        <p>{t('try.data.detail')}</p>
        {now ? <Data now={now} office={office} counts={counts} /> : !trouble && <Loading />}
        {trouble && <Failed trouble={trouble} onAgain={() => void counts.load()} />}
      </section>
    </section>
  );
}

function Data({ now, office, counts }: { now: TestDataView; office: Office; counts: Counts }) {
  const [removing, setRemoving] = useState(false);
  const mayChange = office.may('try');
  return (
    <>
      <dl class="try-counts">
        {(['lines', 'accounts', 'consultations', 'messages'] as const).map((name) => (
          <div key={name}>
            <dt>{t(`try.data.${name}`)}</dt>
            <dd class="figure" data-testid={`count-${name}`}>
              {now[name].toLocaleString(language.value)}
            </dd>
          </div>
        ))}
      </dl>
      {now.consultations > 0 && (
        <p>
          <a href={format('consultations', null, { test: 'true' })} data-testid="show-test">
            {t('try.data.show')}
          </a>
        </p>
      )}
      {now.running && <Running job={now.running} />}
      {!mayChange && <p class="hint">{t('try.data.admins_only')}</p>}
      {mayChange && !now.running && (
        <>
          <MakeForm onMade={() => void counts.load()} />
          {isThere(now) && (
            <div class="actions">
              <button type="button" data-testid="remove-test" onClick={() => setRemoving(true)}>
                {t('try.remove')}
              </button>
            </div>
          )}
        </>
      )}
      {removing && (
        <RemoveSheet
          now={now}
          onDone={() => {
            setRemoving(false);
            void counts.load();
          }}
        />
      )}
    </>
  );
}

function Running({ job }: { job: JobView }) {
  const total = job.total ?? 0;
  const words = job.kind === 'TEST_DATA' ? t('try.making') : t('try.removing');
  return (
    <div class="stack tight" data-testid="try-running">
      <p role="status">{job.state === 'QUEUED' ? `${words} ${t('try.queued')}` : words}</p>
      <progress max={Math.max(1, total)} value={total > 0 ? job.done : 0} aria-label={words} />
      {total > 0 && (
        <span class="figure">
          {job.done.toLocaleString(language.value)} / {total.toLocaleString(language.value)}
        </span>
      )}
    </div>
  );
}

function MakeForm({ onMade }: { onMade(): void }) {
  const form = useForm<MakeValues>(() => ({ consultations: '200', days: '30', language: language.value }));
  async function send() {
    const bad = badFigure(form.state.peek().typed);
    if (bad) return form.fault(bad, { key: 'fault.BETWEEN', values: TEST_DATA_REQUEST[bad] });
    if (await form.send(make)) onMade();
  }
  return (
    <FormBox form={form} testid="make-form" onSubmit={() => void send()}>
      <div class="columns">
        {(['consultations', 'days'] as const).map((name) => (
          <TextField
            key={name}
            form={form}
            name={name}
            label={t(`try.make.${name}`)}
            hint={t('try.make.between', TEST_DATA_REQUEST[name])}
            type="number"
            {...TEST_DATA_REQUEST[name]}
          />
        ))}
        <SelectField
          form={form}
          name="language"
          label={t('try.make.language')}
          options={LANGUAGES.map((each) => [each, languageName(each)])}
        />
      </div>
      <Trouble form={form} />
      <div class="actions">
        <Submit form={form} label={t('try.make')} testid="make-test" />
      </div>
    </FormBox>
  );
}
