import { t } from '../../lib/i18n';
import type { Conversation } from '../../lib/conversation';
import type { Member } from '../../lib/protocol.gen';
import type { Room } from '../../lib/room';
import { Composer, Messages, nameOf, Presence } from '../chat';
import { Face } from '../face';
import { StaffMark } from '../staff-mark';
import './groups.css';

/** What is said in a group room, and who is there. */
export function GroupConversation({ room, conversation }: { room: Room; conversation: Conversation }) {
  const isOver = conversation.ended !== null;
  return (
    <div class="group-body">
      <div class="group-talk">
        <Messages
          conversation={conversation}
          face={({ member, name, picture }) => <Face id={member} name={name} picture={picture} />}
        />
        {!isOver && (
          <>
            <Presence conversation={conversation} />
            <Composer onSay={(body) => room.say(body)} onTyping={(on) => room.typing(on)} />
          </>
        )}
      </div>
      {!isOver && <Members conversation={conversation} />}
    </div>
  );
}

/** Those with a seat: oneself first, then staff, then guests, each by name. */
export function seated({ members, you }: Conversation): Member[] {
  const rank = ({ member, role }: Member) => (member === you ? 0 : role === 'GUEST' ? 2 : 1);
  return Object.values(members)
    .filter(({ state }) => state !== 'LEFT')
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function Members({ conversation }: { conversation: Conversation }) {
  const there = seated(conversation);
  return (
    <details class="group-members" open={matchMedia('(min-width: 48rem)').matches}>
      <summary data-testid="members-count" data-count={there.length}>
        {t('room.members', { count: there.length })}
      </summary>
      <ul>
        {there.map((each) => (
          <li key={each.member} data-testid="group-member" data-state={each.state}>
            <Face id={each.member} name={each.name} picture={each.picture} />
            <span>
              <bdi>{nameOf(conversation, each.member)}</bdi>
              <StaffMark role={each.role} />
              <small>{noteOf(each, conversation.you)}</small>
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function noteOf({ member, state }: Member, you: string): string {
  const notes = [member === you && t('chat.me'), state === 'AWAY' && t('room.away')];
  return notes.filter(Boolean).join(' · ');
}
