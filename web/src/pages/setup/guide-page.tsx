import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import type { OwnAccount } from '../../lib/api.gen';
import { t } from '../../lib/i18n';
import type { Unsaved } from '../../lib/unsaved';
import { LanguageSwitch } from '../../ui/language';
import { OfficeName } from '../../ui/office-name';
import { SecondFactor } from '../account/second-factor';
import { SecondFactorCard } from '../account/views/second-factor';
import { STEPS, stepAt, type Step } from './guide';
import type { Setup } from './setup';
import { CounsellorStep } from './steps/counsellor';
import { LinesStep } from './steps/lines';
import { TryStep } from './steps/try';

/** Whether a step changes what only an admin with a second factor may. */
const isAdmins = (step: Step) => step === 'OFFICE' || step === 'LINES' || step === 'COUNSELLOR';

/** What comes after the first admin, a step at a time. */
export function GuidePage({ setup, step }: { setup: Setup; step: Step }) {
  const { guide, session, unsaved } = setup;
  const account = session.account.value;
  const [factor] = useState(() => new SecondFactor(() => void session.check()));
  const present = account === 'CHECKING' ? null : account;
  const [before, after] = [stepAt(step, -1), stepAt(step, 1)];
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  // A step begins at its title, however far down the one before was left.
  useLayoutEffect(() => {
    scrollTo(0, 0);
    if (shown.current !== step) title.current?.focus();
    shown.current = step;
  }, [step]);
  return (
    <div class="guide">
      <header class="bar">
        <h1 class="brand">{t('guide.title')}</h1>
        <LanguageSwitch />
      </header>
      <Steps step={step} onGo={(next) => guide.go(next)} />
      <main class="stack" data-testid="guide" data-step={step}>
        <h2 class="title" ref={title} tabIndex={-1}>{t(`guide.step.${step}`)}</h2>
        <p class="hint">{t(`guide.${step}.hint`)}</p>
        {present && isAdmins(step) && present.power !== 'ADMIN' && <FactorNeeded onGo={() => guide.go('FACTOR')} />}
        <StepView key={step} step={step} setup={setup} account={present} factor={factor} />
        <div class="actions">
          {before && (
            <button type="button" data-testid="guide-back" onClick={() => guide.go(before)}>
              {t('guide.back')}
            </button>
          )}
          {after ? (
            <NextButton unsaved={unsaved} step={step} account={present} onNext={() => guide.go(after)} />
          ) : (
            <a class="button" href="/admin" data-testid="to-admin">
              {t('guide.finish')}
            </a>
          )}
        </div>
      </main>
    </div>
  );
}

interface NextProps {
  unsaved: Unsaved;
  step: Step;
  account: OwnAccount | null;
  onNext(): void;
}

/** Goes on, and saves what is typed first; what is refused says so, and the step stays. */
function NextButton({ unsaved, step, account, onNext }: NextProps) {
  const busy = useSignal(false);
  const touched = unsaved.isTouched.value;
  // Without the second factor nothing of these steps can be saved: what is typed stays for later.
  const saves = touched && !(isAdmins(step) && account?.power !== 'ADMIN');
  useEffect(() => {
    if (!touched) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [touched]);
  async function next() {
    if (busy.peek()) return;
    busy.value = true;
    const isSaved = !saves || (await unsaved.save());
    busy.value = false;
    if (isSaved) onNext();
  }
  // Where the step has an act of its own to go on with, that one stands out.
  const isFirst = step !== 'FACTOR' || isDone(step, account);
  return (
    <button
      type="button"
      class={isFirst ? 'primary' : undefined}
      data-testid="guide-next"
      aria-disabled={busy.value ? 'true' : undefined}
      onClick={() => void next()}
    >
      {t(saves ? 'guide.save' : isDone(step, account) ? 'guide.next' : 'guide.skip')}
    </button>
  );
}

/** Whether going on leaves nothing behind: only the second factor is known to be missing. */
const isDone = (step: Step, account: OwnAccount | null) =>
  step === 'FACTOR' ? account?.second_factor === true : account?.power === 'ADMIN';

function Steps({ step, onGo }: { step: Step; onGo(step: Step): void }) {
  return (
    <nav class="steps" aria-label={t('guide.steps')}>
      <ol>
        <li class="past">
          <span>{t('guide.step.ADMIN')}</span>
        </li>
        {STEPS.map((each) => (
          <li key={each} class={STEPS.indexOf(each) < STEPS.indexOf(step) ? 'past' : undefined}>
            <button
              type="button"
              data-testid={`step-${each}`}
              aria-current={each === step ? 'step' : undefined}
              onClick={() => onGo(each)}
            >
              {t(`guide.step.${each}`)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function FactorNeeded({ onGo }: { onGo(): void }) {
  return (
    <p class="notice" data-testid="factor-needed">
      {t('guide.factor.needed')}{' '}
      <button type="button" class="link" onClick={onGo}>
        {t('guide.factor.go')}
      </button>
    </p>
  );
}

interface StepProps {
  step: Step;
  setup: Setup;
  /** Null for who has logged out to try the desk. */
  account: OwnAccount | null;
  factor: SecondFactor;
}

function StepView({ step, setup, account, factor }: StepProps) {
  switch (step) {
    case 'FACTOR':
      return account && <SecondFactorCard account={account} factor={factor} />;
    case 'OFFICE':
      return (
        <section class="card stack">
          <OfficeName unsaved={setup.unsaved} />
        </section>
      );
    case 'LINES':
      return <LinesStep unsaved={setup.unsaved} />;
    case 'COUNSELLOR':
      return <CounsellorStep unsaved={setup.unsaved} />;
    case 'TRY':
      return <TryStep session={setup.session} />;
  }
}
