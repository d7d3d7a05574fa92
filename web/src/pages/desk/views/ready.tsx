import { lineName, rangeText, waitingText, type Choice } from '../../../lib/busy';
import { t, type TextKey } from '../../../lib/i18n';
import { NICKNAME_CHARS_MAX, NOTE_CHARS_MAX, type ErrorCode, type LineInfo } from '../../../lib/protocol.gen';
import { goesToLong, LongLine, longMarks } from '../../../ui/long';
import type { Draft } from '../state';
import { LanguageNote, LineGone } from './start';

const PRIVACY: ReadonlyArray<readonly [TextKey, TextKey]> = [
  ['desk.privacy.kept', 'desk.privacy.kept.detail'],
  ['desk.privacy.seen', 'desk.privacy.seen.detail'],
  ['desk.privacy.long', 'desk.privacy.long.detail'],
  ['desk.privacy.wiped', 'desk.privacy.wiped.detail'],
];

interface ReadyProps {
  choice: Choice;
  draft: Draft;
  /** The line that was chosen before is not offered any more. */
  gone?: boolean;
  onAsk(): void;
  onTell(): void;
  onBack?(): void;
}

/** What is kept of a visitor, said before they can write anything; the request is one button away. */
export function Ready({ choice, draft, gone = false, onAsk, onTell, onBack }: ReadyProps) {
  const { line, load, open } = choice;
  const written = draft.nickname !== '' || draft.note !== '';
  return (
    <section class="screen stack">
      <div>
        <h1 tabIndex={-1}>{lineName(line)}</h1>
        <p class="lead">
          <LanguageNote line={line} />
          {open && (
            // Until the figures are there, their room is kept: nothing moves from under a finger.
            <span class={load ? undefined : 'to-come'} aria-hidden={load ? undefined : 'true'}>
              <span class="part">{waitingText(load?.waiting ?? 0)}</span>
              <span class="part">{(load && rangeText(load)) ?? t('office.range.unknown')}</span>
            </span>
          )}
          {!open && <span>{t('office.closed')}</span>}
        </p>
      </div>
      {gone && <LineGone />}
      <div class="card privacy" data-testid="privacy">
        <h2>{t('desk.privacy')}</h2>
        <dl>
          {PRIVACY.map(([what, detail]) => (
            <div key={what}>
              <dt>{t(what)}</dt>
              <dd>{t(detail)}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div class="stack tight steps">
        <button type="button" class="primary huge" data-testid="request" disabled={!open} onClick={onAsk}>
          {open ? t('desk.request') : t('office.closed')}
        </button>
        <button type="button" data-testid="tell" disabled={!open} onClick={onTell}>
          {t(written ? 'desk.tell.edit' : 'desk.tell')}
        </button>
        {onBack && (
          <button type="button" class="quiet" data-testid="back" onClick={onBack}>
            {t('common.back')}
          </button>
        )}
      </div>
    </section>
  );
}

interface DetailsProps {
  line: LineInfo;
  draft: Draft;
  trouble: ErrorCode | null;
  onDraft(draft: Draft): void;
  onAsk(): void;
  onBack(): void;
}

/** A name and a note, which may both be left out. */
export function Details({ line, draft, trouble, onDraft, onAsk, onBack }: DetailsProps) {
  const empty = draft.nickname.trim() === '' && draft.note.trim() === '';
  return (
    <form
      class="screen stack"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (!goesToLong(event.currentTarget)) onAsk();
      }}
    >
      <div>
        <h1 tabIndex={-1}>{t('desk.details.title')}</h1>
        <p class="lead">
          <span class="part">{lineName(line)}</span>
          <span class="part">{t('desk.details.hint')}</span>
        </p>
      </div>
      {trouble && (
        <p class="notice" role="alert">
          {t(`error.${trouble}`)}
        </p>
      )}
      <label class="field">
        <span>
          {t('desk.nickname')} <small>({t('common.optional')})</small>
        </span>
        <input
          value={draft.nickname}
          autocomplete="off"
          data-testid="nickname"
          aria-describedby="nickname-hint"
          {...longMarks('nickname-long', draft.nickname, NICKNAME_CHARS_MAX)}
          onInput={(event) => onDraft({ ...draft, nickname: event.currentTarget.value })}
        />
        <small id="nickname-hint">{t('desk.nickname.hint')}</small>
        <LongLine id="nickname-long" text={draft.nickname} max={NICKNAME_CHARS_MAX} testid="nickname-long" />
      </label>
      <label class="field">
        <span>
          {t('desk.note')} <small>({t('common.optional')})</small>
        </span>
        <textarea
          value={draft.note}
          rows={4}
          autocomplete="off"
          data-testid="note"
          aria-describedby="note-hint"
          {...longMarks('note-long', draft.note, NOTE_CHARS_MAX)}
          onInput={(event) => onDraft({ ...draft, note: event.currentTarget.value })}
        />
        <small id="note-hint">{t('desk.note.hint')}</small>
        <LongLine id="note-long" text={draft.note} max={NOTE_CHARS_MAX} testid="note-long" />
      </label>
      <div class="stack tight steps">
        <button class="primary huge" data-testid="request">
          {t(empty ? 'desk.request.skip' : 'desk.request')}
        </button>
        <button type="button" class="quiet" data-testid="back" onClick={onBack}>
          {t('common.back')}
        </button>
      </div>
    </form>
  );
}
