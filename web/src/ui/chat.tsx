import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { readByOthers, type Conversation, type Told } from '../lib/conversation';
import { officeTime } from '../lib/format';
import { t } from '../lib/i18n';
import { refusedForGood, type Unsent } from '../lib/outbox';
import type { Member, MemberId, Role, Wall } from '../lib/protocol.gen';
import { useLasting } from './lasting';
import { StaffMark } from './staff-mark';

export { Composer } from './composer';

/** Within this of the end, a new message scrolls into view. */
const NEAR_END_PX = 120;

export function nameOf(conversation: Conversation, member: MemberId): string {
  const who = conversation.members[member];
  return who ? who.name || t(`role.${who.role}`) : t('chat.unknown');
}

/**
 * Who speaks, as it is read out. What they are comes first, for everybody: a guest who calls themselves a counsellor is
 * read out as a guest all the same.
 */
function readOut(name: string, role: Role | null): string {
  const word = role && t(`role.${role}`);
  return word && word !== name ? `${word} ${name}` : name;
}

/** Something that stands among the messages at its moment without being one. Its view carries a key. */
export interface Aside {
  readonly at: Wall;
  readonly view: ComponentChildren;
}

interface MessagesProps {
  conversation: Conversation;
  /** What comes after this was new when the conversation came on the screen; null when nothing was. */
  newAfter?: number | null;
  /** In order of their moments. */
  asides?: readonly Aside[];
  /** The picture beside somebody's words. */
  face?(member: Member): ComponentChildren;
}

/** Everything said so far, then what is still unsent. */
export function Messages({ conversation, newAfter = null, asides = [], face }: MessagesProps) {
  const { told, outbox, ended } = conversation;
  const { list, isAtEnd, scrolled, toEnd } = useEnd(conversation, asides.length);
  const read = readByOthers(conversation);
  const mine = told.filter((each) => each.mine);
  // "Read" stands once, at the last of mine that was read; "sent" at the last of all.
  const lastRead = mine.findLast(({ seq }) => seq <= read)?.seq;
  const lastMine = mine.at(-1)?.seq;
  let next = 0;
  const asidesUpTo = (at: Wall) => {
    const from = next;
    while (next < asides.length && asides[next]!.at <= at) next += 1;
    return asides.slice(from, next);
  };
  return (
    <div class="messages-frame">
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
          {conversation.base === 0 && told.length === 0 && outbox.length === 0 && asides.length === 0 && (
            <li class="remark">{t('chat.empty')}</li>
          )}
          {told.map((each, index) => {
            const before = asidesUpTo(each.at);
            const isFirst = !runsOn(told[index - 1], each) || before.length > 0 || each.seq - 1 === newAfter;
            const who = conversation.members[each.from];
            const message = (
              <Message
                key={each.seq}
                told={each}
                name={nameOf(conversation, each.from)}
                role={who?.role ?? null}
                isFirst={isFirst}
                isLast={!runsOn(each, told[index + 1])}
                isNew={newAfter !== null && each.seq - 1 === newAfter}
                state={each.mine ? (each.seq <= read ? 'SEEN' : 'ACCEPTED') : null}
                saysState={each.seq === lastRead || each.seq === lastMine}
                face={isFirst && !each.mine && who ? face?.(who) : undefined}
              />
            );
            return before.length > 0 ? [...before.map(({ view }) => view), message] : message;
          })}
          {asides.slice(next).map(({ view }) => view)}
          {outbox.map((each) => (
            <UnsentMessage key={each.client_id} unsent={each} over={ended !== null} />
          ))}
        </ol>
      </div>
      {!isAtEnd && (
        <button type="button" class="to-end" data-testid="to-end" onClick={toEnd}>
          {t('chat.to_end')}
        </button>
      )}
    </div>
  );
}

/** Whether `next` only goes on: the same person, within the same minute. */
function runsOn(before: Told | undefined, next: Told | undefined): boolean {
  return before !== undefined && next?.from === before.from && next.at.slice(0, 16) === before.at.slice(0, 16);
}

/** Keeps the end in view while one is there; whoever reads further up is left there, and told of the way down. */
function useEnd({ told, outbox, typing }: Conversation, asides: number) {
  const list = useRef<HTMLDivElement>(null);
  const nearEnd = useRef(true);
  const [isAtEnd, setAtEnd] = useState(true);
  const toEnd = () => {
    const shown = list.current;
    if (!shown) return;
    shown.scrollTop = shown.scrollHeight;
    nearEnd.current = true;
    setAtEnd(true);
  };
  // One's own words are always followed.
  const own = outbox.at(-1)?.client_id;
  useLayoutEffect(() => {
    if (own !== undefined) toEnd();
  }, [own]);
  useLayoutEffect(() => {
    if (nearEnd.current) toEnd();
  }, [told.length, outbox.length, typing.length, asides]);
  useEffect(() => {
    const shown = list.current;
    if (!shown || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => nearEnd.current && toEnd());
    observer.observe(shown);
    return () => observer.disconnect();
  }, []);
  const scrolled = () => {
    const shown = list.current;
    if (!shown) return;
    nearEnd.current = shown.scrollHeight - shown.scrollTop - shown.clientHeight < NEAR_END_PX;
    setAtEnd(nearEnd.current);
  };
  return { list, isAtEnd, scrolled, toEnd };
}

interface MessageProps {
  told: Told;
  name: string;
  role: Role | null;
  /** Of several in a row by the same person. */
  isFirst: boolean;
  isLast: boolean;
  /** The first that was new. */
  isNew: boolean;
  state: 'SEEN' | 'ACCEPTED' | null;
  saysState: boolean;
  face: ComponentChildren;
}

/** Drawn anew only when one of these changes: a long conversation stays quick. */
function Message({ told, name, role, isFirst, isLast, isNew, state, saysState, face }: MessageProps) {
  const tells = isLast || saysState || told.masked.length > 0;
  return (
    <li
      class={`message${told.mine ? ' mine' : ''}${isFirst ? ' first' : ''}`}
      data-testid="message"
      data-seq={told.seq}
      {...(isNew && { 'data-new': t('chat.new') })}
    >
      <span class="sr-only">{told.mine ? t('chat.me') : readOut(name, role)}</span>
      {!told.mine && isFirst && (
        <span class="who" aria-hidden="true">
          {face}
          <bdi>{name}</bdi>
          {role && <StaffMark role={role} />}
        </span>
      )}
      <p class="body" dir="auto">
        {told.body}
      </p>
      <span class="mark" data-state={state ?? undefined} hidden={!tells}>
        <time dateTime={told.at}>{officeTime(told.at)}</time>
        {state && saysState && <span>{state === 'SEEN' ? t('chat.seen') : t('chat.sent')}</span>}
        {told.masked.length > 0 && <span>{t('chat.masked')}</span>}
      </span>
    </li>
  );
}

function UnsentMessage({ unsent, over }: { unsent: Unsent; over: boolean }) {
  const refused = refusedForGood(unsent);
  const mark = refused ? 'chat.refused' : over ? 'chat.undelivered' : unsent.trouble ? 'chat.retrying' : 'chat.sending';
  return (
    <li class="message mine first pending" data-testid="message" data-seq="">
      <span class="sr-only">{t('chat.me')}</span>
      <p class="body" dir="auto">
        {unsent.body}
      </p>
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
  const lost = others.find(({ state }) => state === 'AWAY');
  // A member whose server stops is back in a moment.
  const away = useLasting(lost !== undefined) ? lost : undefined;
  const writer = conversation.typing.find((member) => member !== conversation.you);
  const name = (member: MemberId) => ({ name: nameOf(conversation, member) });
  return (
    <p class={away ? 'presence trouble' : 'presence'} role="status" data-testid="presence">
      {away ? t('chat.away', name(away.member)) : writer ? t('chat.typing', name(writer)) : ''}
    </p>
  );
}
