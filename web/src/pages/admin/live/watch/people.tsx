import type { Conversation } from '../../../../lib/conversation';
import { t } from '../../../../lib/i18n';
import { nameOf } from '../../../../ui/chat';
import { isStaff, StaffMark } from '../../../../ui/staff-mark';

/** Who has a seat now, and who of them lost the connection. */
export function People({ conversation, watching }: { conversation: Conversation; watching: boolean }) {
  const { members, you } = conversation;
  // Whoever watches has a seat that is not shown.
  const there = Object.values(members).filter(({ member, state }) => state !== 'LEFT' && !(watching && member === you));
  return (
    <ul class="people" aria-label={t('watch.here')} data-testid="watch-people">
      {there.map(({ member, role, name, state }) => (
        <li key={member} data-role={role} data-state={state}>
          <bdi>{nameOf(conversation, member)}</bdi>
          {isStaff(role) ? <StaffMark role={role} /> : name && <span class="role"> · {t(`role.${role}`)}</span>}
          {state === 'AWAY' && <span class="role"> · {t('watch.away')}</span>}
        </li>
      ))}
    </ul>
  );
}
