import type { OfficeView } from '../../../lib/api.gen';
import { choices, lineName, opensText, rangeText, waitingText, type Choice } from '../../../lib/busy';
import { language, t } from '../../../lib/i18n';
import type { LineInfo } from '../../../lib/protocol.gen';
import type { Lines } from '../state';

interface StartProps {
  lines: Lines;
  office: OfficeView | null;
  /** The line that was chosen is not offered any more. */
  gone: boolean;
  onChoose(line: LineInfo): void;
}

/** Every line as one large button, with how busy it is. */
export function Start({ lines, office, gone, onChoose }: StartProps) {
  const shown = choices(lines.items, office?.lines, language.value);
  return (
    <section class="screen stack">
      <h1 tabIndex={-1}>{t('desk.welcome')}</h1>
      {gone && <LineGone />}
      {shown.length > 0 && <p class="lead">{t('desk.welcome.hint')}</p>}
      {shown.length === 0 && lines.status === 'LOADING' && <p role="status">{t('common.loading')}</p>}
      {shown.length === 0 && lines.status === 'READY' && <p role="status">{t('desk.lines.none')}</p>}
      {shown.length > 0 && shown.every(({ open }) => !open) && (
        <p class="notice" role="status">
          {t('desk.lines.closed')}
        </p>
      )}
      <ul class="choices">
        {shown.map((choice) => (
          <li key={choice.line.topic}>
            <LineButton choice={choice} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function LineGone() {
  return (
    <p class="notice" role="status" data-testid="line-gone">
      {t('desk.line.gone')}
    </p>
  );
}

interface LineButtonProps {
  choice: Choice;
  onChoose(line: LineInfo): void;
}

function LineButton({ choice: { line, load, open }, onChoose }: LineButtonProps) {
  return (
    <button
      type="button"
      class="choice"
      data-testid={`line-${line.topic}`}
      data-waiting={load?.waiting}
      disabled={!open}
      onClick={() => onChoose(line)}
    >
      <strong>{lineName(line)}</strong>
      <LanguageNote line={line} />
      {open ? <Load load={load} /> : <span>{load ? opensText(load.opens_at) : t('office.closed')}</span>}
    </button>
  );
}

function Load({ load }: { load: Choice['load'] }) {
  if (!load) return null;
  return (
    <>
      <span class="count" data-busy={load.waiting > 0 ? 'Y' : 'N'}>
        {waitingText(load.waiting)}
      </span>
      <span class="range">{rangeText(load) ?? t('office.range.unknown')}</span>
    </>
  );
}

/** That a line is served in another language than the page's. */
export function LanguageNote({ line }: { line: LineInfo }) {
  const spoken = line.language;
  if (spoken === language.value) return null;
  const name = spoken === 'ko' || spoken === 'en' ? t(`office.line.language.${spoken}`) : spoken;
  return <span class="spoken">{t('office.line.language', { language: name })}</span>;
}
