import { t } from '../lib/i18n';
import type { Role } from '../lib/protocol.gen';
import './staff-mark.css';

export const isStaff = (role: Role): role is 'COUNSELLOR' | 'MANAGER' => role === 'COUNSELLOR' || role === 'MANAGER';

/**
 * Says that somebody works here, and as what. It is drawn from the role that the server gives a member, beside the
 * name and never in it: whatever somebody calls themselves, they cannot have it.
 */
export function StaffMark({ role }: { role: Role }) {
  if (!isStaff(role)) return null;
  return (
    <span class="staff-mark" data-testid="staff-mark" data-role={role}>
      <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
        <path d="M8 0l7 3v5c0 4-3 7-7 8-4-1-7-4-7-8V3z" fill="currentColor" />
        <path d="M4.5 8.2l2.4 2.4 4.6-5" class="staff-mark-tick" />
      </svg>
      {t(`role.${role}`)}
    </span>
  );
}
