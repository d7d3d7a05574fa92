import { useEffect, useRef, useState } from 'preact/hooks';

import { language, t } from '../../../lib/i18n';
import type { ErrorCode, LineInfo } from '../../../lib/protocol.gen';
import type { Lines } from '../state';

/** A form somebody walked away from is emptied for the next person. */
const IDLE_MS = 90_000;

/** One line a topic: in the page's language where there is one. */
export function choices(items: readonly LineInfo[], wanted: string): LineInfo[] {
  const chosen = new Map<string, LineInfo>();
  for (const line of items) {
    const before = chosen.get(line.topic);
    if (!before || (before.language !== wanted && line.language === wanted)) chosen.set(line.topic, line);
  }
  return [...chosen.values()];
}

/** A line's name in the page's language; the list of lines knows both, whatever is spoken there. */
function nameOf(line: LineInfo & { name_en?: string }): string {
  return (language.value === 'en' && line.name_en) || line.name;
}

interface StartProps {
  lines: Lines;
  onChoose(line: LineInfo): void;
  onAsk(line: LineInfo, nickname: string, note: string): void;
  onIdle(): void;
}

export function Start({ lines, onChoose, onAsk, onIdle }: StartProps) {
  const shown = choices(lines.items, language.value);
  const only = shown.length === 1 ? shown[0] : undefined;
  // With one line there is nothing to choose: the request is one button away.
  if (only) return <RequestForm line={only} trouble={null} onAsk={onAsk} onIdle={onIdle} />;
  return (
    <section class="stack wide">
      <h1>{t('desk.welcome')}</h1>
      <p class="hint">{t('desk.welcome.hint')}</p>
      {lines.status === 'LOADING' && <p role="status">{t('common.loading')}</p>}
      {lines.status === 'FAILED' && <p role="alert">{t('desk.lines.failed')}</p>}
      {lines.status === 'READY' && shown.length === 0 && <p role="status">{t('desk.lines.none')}</p>}
      <div class="choices">
        {shown.map((line) => (
          <button
            key={line.topic}
            type="button"
            class="choice"
            data-testid={`line-${line.topic}`}
            disabled={!line.open}
            onClick={() => onChoose(line)}
          >
            <strong>{nameOf(line)}</strong>
            {line.language !== language.value && <LanguageNote language={line.language} />}
            {!line.open && <span>{t('desk.line.closed')}</span>}
          </button>
        ))}
      </div>
    </section>
  );
}

function LanguageNote({ language: spoken }: { language: string }) {
  const name = spoken === 'ko' ? t('language.ko') : spoken === 'en' ? t('language.en') : spoken;
  return <span>{t('desk.line.language', { language: name })}</span>;
}

interface RequestProps {
  line: LineInfo;
  trouble: ErrorCode | null;
  onAsk(line: LineInfo, nickname: string, note: string): void;
  onBack?(): void;
  onIdle(): void;
}

export function RequestForm({ line, trouble, onAsk, onBack, onIdle }: RequestProps) {
  const [nickname, setNickname] = useState('');
  const [note, setNote] = useState('');
  const idle = useRef(onIdle);
  idle.current = onIdle;
  const untouched = nickname === '' && note === '' && !onBack;
  useEffect(() => {
    if (untouched) return;
    const timer = setTimeout(() => idle.current(), IDLE_MS);
    return () => clearTimeout(timer);
  }, [nickname, note, untouched]);
  return (
    <form
      class="card stack wide"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(line, nickname, note);
      }}
    >
      <h1>{t('desk.details.title', { line: nameOf(line) })}</h1>
      {line.language !== language.value && <LanguageNote language={line.language} />}
      <p class="hint">{t('desk.details.hint')}</p>
      {trouble && (
        <p class="trouble" role="alert">
          {t(`error.${trouble}`)}
        </p>
      )}
      <label class="field">
        <span>
          {t('desk.nickname')} <small>({t('common.optional')})</small>
        </span>
        <input
          value={nickname}
          maxLength={40}
          autocomplete="off"
          data-testid="nickname"
          aria-describedby="nickname-hint"
          onInput={(event) => setNickname(event.currentTarget.value)}
        />
        <small id="nickname-hint">{t('desk.nickname.hint')}</small>
      </label>
      <label class="field">
        <span>
          {t('desk.note')} <small>({t('common.optional')})</small>
        </span>
        <textarea
          value={note}
          rows={3}
          maxLength={500}
          autocomplete="off"
          data-testid="note"
          aria-describedby="note-hint"
          onInput={(event) => setNote(event.currentTarget.value)}
        />
        <small id="note-hint">{t('desk.note.hint')}</small>
      </label>
      <button class="primary huge" data-testid="request" disabled={!line.open}>
        {line.open ? t('desk.request') : t('desk.line.closed')}
      </button>
      {onBack && (
        <button type="button" class="quiet" data-testid="back" onClick={onBack}>
          {t('common.back')}
        </button>
      )}
    </form>
  );
}
