import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { t, type TextKey } from '../lib/i18n';
import { BODY_CHARS_MAX } from '../lib/protocol.gen';
import { countChars, grouped, isBlank, replaceMarked } from '../lib/words';

/** The count is shown from here on. */
const COUNT_FROM = BODY_CHARS_MAX - 200;

/** A text that may take the place of what is typed. */
export interface Suggestion {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Another way to say something: what its field and its button are called. */
export interface Voice {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly send: string;
}

/** Why something was not taken into the field. */
interface Refusal {
  key: TextKey;
  values?: Record<string, string>;
}

export interface ComposerProps {
  disabled?: boolean;
  /** What the field is for, where it is not the message to everybody. */
  voice?: Voice;
  /** What was being written when this conversation was last on screen. */
  draft?: string;
  /** Whether the keyboard belongs here when it comes on the screen, or when this turns true. */
  focused?: boolean;
  onDraft?(body: string): void;
  /** What could be meant by the words so far; nothing to offer is an empty list. */
  suggest?(body: string): readonly Suggestion[];
  onSay(body: string): void;
  onTyping(on: boolean): void;
}

export function Composer(props: ComposerProps) {
  const { disabled = false, voice, draft = '', focused = true, onDraft, suggest, onSay, onTyping } = props;
  const name = voice?.name ?? 'say';
  const [body, setBody] = useState(draft);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [shut, setShut] = useState(false);
  const [chosen, setChosen] = useState(0);
  const [taken, setTaken] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  // The caret goes behind the words that were taken, once they are on the screen.
  useLayoutEffect(() => {
    const shown = field.current;
    if (taken > 0) shown?.setSelectionRange(shown.value.length, shown.value.length);
  }, [taken]);
  // With the drawing, not after it: where one field takes another's place, a key between the two would reach neither.
  useLayoutEffect(() => {
    if (focused) field.current?.focus({ preventScroll: true });
  }, [focused]);

  const count = countChars(body);
  const tooLong = count > BODY_CHARS_MAX;
  const offered = !shut && suggest ? suggest(body) : [];
  const at = Math.min(chosen, offered.length - 1);

  function write(next: string) {
    setBody(next);
    setShut(false);
    setChosen(0);
    setRefusal(null);
    onDraft?.(next);
  }

  function take(suggestion: Suggestion) {
    write(suggestion.text);
    setTaken(taken + 1);
    onTyping(true);
    field.current?.focus({ preventScroll: true });
  }

  function send() {
    const said = body.trim();
    if (isBlank(said) || disabled || tooLong) return;
    onTyping(false);
    onSay(said);
    write('');
    field.current?.focus({ preventScroll: true });
  }

  /** Words from elsewhere come in whole or not at all: cut off silently, they would say something else. */
  function bring(event: Event, from: DataTransfer | null) {
    const shown = field.current;
    const text = from?.getData('text/plain') ?? '';
    if (text === '' && from?.types.includes('Files')) {
      event.preventDefault();
      setRefusal({ key: 'chat.files' });
    }
    if (text === '' || !shown) return;
    const next = countChars(replaceMarked(body, shown.selectionStart, shown.selectionEnd, text));
    if (next <= BODY_CHARS_MAX) return;
    event.preventDefault();
    setRefusal({ key: 'chat.paste.long', values: { chars: grouped(countChars(text)), max: grouped(BODY_CHARS_MAX) } });
  }

  function pressed(event: KeyboardEvent) {
    // Enter also ends a Hangul syllable under composition; that one is not "send".
    if (event.isComposing || event.keyCode === 229) return;
    const suggestion = offered[at];
    if (suggestion && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && !event.altKey) {
      event.preventDefault();
      setChosen((at + (event.key === 'ArrowDown' ? 1 : -1) + offered.length) % offered.length);
    } else if (suggestion && event.key === 'Escape') {
      event.preventDefault();
      setShut(true);
    } else if (suggestion && (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) {
      event.preventDefault();
      take(suggestion);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  }

  return (
    <form
      class="composer"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {offered.length > 0 && <Suggestions id={id} offered={offered} at={at} onTake={take} />}
      <p class="composer-note trouble" role="alert" data-testid={`${name}-refused`}>
        {refusal ? t(refusal.key, refusal.values) : tooLong && t('chat.long', { chars: grouped(count), max: grouped(BODY_CHARS_MAX) })}
      </p>
      <div class="composer-line">
        <label class="sr-only" for={`${id}-say`}>
          {voice?.label ?? t('chat.say')}
        </label>
        <textarea
          id={`${id}-say`}
          ref={field}
          rows={1}
          dir="auto"
          value={body}
          placeholder={voice?.hint ?? t('chat.say.hint')}
          autocomplete="off"
          disabled={disabled}
          data-testid={`${name}-input`}
          data-place="COMPOSER"
          {...(tooLong && { 'aria-invalid': 'true' as const })}
          {...(suggest && {
            'aria-autocomplete': 'list' as const,
            ...(offered.length > 0 && { 'aria-controls': `${id}-offered`, 'aria-activedescendant': `${id}-${at}` }),
          })}
          onInput={(event) => {
            write(event.currentTarget.value);
            onTyping(event.currentTarget.value !== '');
          }}
          onPaste={(event) => bring(event, event.clipboardData)}
          onDrop={(event) => bring(event, event.dataTransfer)}
          onKeyDown={pressed}
        />
        {count >= COUNT_FROM && (
          <span class={tooLong ? 'count trouble' : 'count'} data-testid={`${name}-count`}>
            {grouped(count)}/{grouped(BODY_CHARS_MAX)}
          </span>
        )}
        <button class="primary" disabled={disabled || tooLong || isBlank(body)} data-testid={`${name}-send`}>
          {voice?.send ?? t('chat.send')}
        </button>
      </div>
    </form>
  );
}

interface SuggestionsProps {
  id: string;
  offered: readonly Suggestion[];
  at: number;
  onTake(suggestion: Suggestion): void;
}

function Suggestions({ id, offered, at, onTake }: SuggestionsProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.children[at]?.scrollIntoView({ block: 'nearest' }), [at]);
  return (
    <ul ref={list} id={`${id}-offered`} class="suggestions" role="listbox" aria-label={t('chat.suggestions')} data-testid="suggestions">
      {offered.map((each, index) => (
        <li
          key={each.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          data-testid="suggestion"
          // The field keeps the keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(each)}
        >
          <strong>{each.title}</strong> <span dir="auto">{each.text}</span>
        </li>
      ))}
    </ul>
  );
}
