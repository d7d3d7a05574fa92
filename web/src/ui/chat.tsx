import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import type { Conversation, Told } from '../lib/conversation';
import { clockTime } from '../lib/format';
import { t } from '../lib/i18n';
import { refusedForGood, type Unsent } from '../lib/outbox';
import type { MemberId } from '../lib/protocol.gen';

const BODY_CHARS_MAX = 2_000;
/** Within this of the end, a new message scrolls into view. */
const NEAR_END_PX = 120;

export function nameOf(conversation: Conversation, member: MemberId): string {
  const who = conversation.members[member];
  return who ? who.name || t(`role.${who.role}`) : t('chat.unknown');
}

/** Everything said so far, then what is still unsent. */
export function Messages({ conversation }: { conversation: Conversation }) {
  const list = useRef<HTMLDivElement>(null);
  const nearEnd = useRef(true);
  const { told, outbox, typing } = conversation;
  useLayoutEffect(() => {
    const shown = list.current;
    if (shown && nearEnd.current) shown.scrollTop = shown.scrollHeight;
  }, [told.length, outbox.length, typing.length]);
  const scrolled = () => {
    const shown = list.current;
    if (shown) nearEnd.current = shown.scrollHeight - shown.scrollTop - shown.clientHeight < NEAR_END_PX;
  };
  return (
    <div
      ref={list}
      class="messages"
      role="log"
      tabIndex={0}
      aria-live="polite"
      aria-label={t('chat.messages')}
      onScroll={scrolled}
    >
      <ol>
        {conversation.base > 0 && <li class="remark">{t('chat.missing')}</li>}
        {told.length === 0 && outbox.length === 0 && <li class="remark">{t('chat.empty')}</li>}
        {told.map((each) => (
          <Message key={`${each.seq}`} conversation={conversation} told={each} />
        ))}
        {outbox.map((each) => (
          <UnsentMessage key={each.client_id} unsent={each} over={conversation.ended !== null} />
        ))}
      </ol>
    </div>
  );
}

function Message({ conversation, told }: { conversation: Conversation; told: Told }) {
  const read = told.mine && Object.values(conversation.seen).some((seq) => seq >= told.seq);
  return (
    <li class={told.mine ? 'message mine' : 'message'} data-testid="message" data-seq={told.seq}>
      <span class="sr-only">{told.mine ? t('chat.me') : nameOf(conversation, told.from)}</span>
      {!told.mine && (
        <span class="who" aria-hidden="true">
          {nameOf(conversation, told.from)}
        </span>
      )}
      <p class="body">{told.body}</p>
      <span class="mark" data-state={told.mine ? (read ? 'SEEN' : 'ACCEPTED') : undefined}>
        <time dateTime={told.at}>{clockTime(told.at)}</time>
        {told.mine && <span>{read ? t('chat.seen') : t('chat.sent')}</span>}
        {told.masked.length > 0 && <span>{t('chat.masked')}</span>}
      </span>
    </li>
  );
}

function UnsentMessage({ unsent, over }: { unsent: Unsent; over: boolean }) {
  const refused = refusedForGood(unsent);
  const mark = refused ? 'chat.refused' : over ? 'chat.undelivered' : unsent.trouble ? 'chat.retrying' : 'chat.sending';
  return (
    <li class="message mine pending" data-testid="message" data-seq="">
      <span class="sr-only">{t('chat.me')}</span>
      <p class="body">{unsent.body}</p>
      <span class={refused || over ? 'mark trouble' : 'mark'} data-state={refused || over ? 'REFUSED' : 'PENDING'}>
        {t(mark)}
        {refused && unsent.trouble && ` · ${t(`error.${unsent.trouble}`)}`}
      </span>
    </li>
  );
}

/** Who is writing, away or gone: one line, said politely. */
export function Presence({ conversation }: { conversation: Conversation }) {
  const others = Object.values(conversation.members).filter(({ member }) => member !== conversation.you);
  const away = others.find(({ state }) => state === 'AWAY');
  const writer = conversation.typing.find((member) => member !== conversation.you);
  const name = (member: MemberId) => ({ name: nameOf(conversation, member) });
  return (
    <p class={away ? 'presence trouble' : 'presence'} role="status" data-testid="presence">
      {away ? t('chat.away', name(away.member)) : writer ? t('chat.typing', name(writer)) : ''}
    </p>
  );
}

interface ComposerProps {
  disabled?: boolean;
  /** What was being written when this conversation was last on screen. */
  draft?: string;
  onDraft?(body: string): void;
  onSay(body: string): void;
  onTyping(on: boolean): void;
}

export function Composer({ disabled = false, draft = '', onDraft, onSay, onTyping }: ComposerProps) {
  const [body, setBody] = useState(draft);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);

  function write(next: string) {
    setBody(next);
    onDraft?.(next);
  }

  function send() {
    const said = body.trim();
    if (said === '' || disabled) return;
    onTyping(false);
    onSay(said);
    write('');
    field.current?.focus({ preventScroll: true });
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
      <label class="sr-only" for="say">
        {t('chat.say')}
      </label>
      <textarea
        id="say"
        ref={field}
        rows={1}
        value={body}
        maxLength={BODY_CHARS_MAX}
        placeholder={t('chat.say.hint')}
        autocomplete="off"
        disabled={disabled}
        data-testid="say-input"
        onInput={(event) => {
          write(event.currentTarget.value);
          onTyping(event.currentTarget.value !== '');
        }}
        onKeyDown={(event) => {
          // Enter also ends a Hangul syllable under composition; that one is not "send".
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button class="primary" disabled={disabled || body.trim() === ''} data-testid="say-send">
        {t('chat.send')}
      </button>
    </form>
  );
}
