import { live } from './en/live';
import { audit } from './en/audit';
import { counsellor } from './en/counsellor';
import { access } from './en/access';
import { chat } from './en/chat';
import { common } from './en/common';
import { desk } from './en/desk';
import { display } from './en/display';
import { content } from './en/content';
import { manage } from './en/manage';
import { groups } from './en/groups';
import { office } from './en/office';
import { records } from './en/records';
import { room } from './en/room';
import { servers } from './en/servers';
import { supervise } from './en/supervise';
import { trying } from './en/try';
import type { ko } from './ko';

/** Every text of the pages in English. A key that is missing here, or not in `ko.ts`, is a type error. */
export const en: Readonly<Record<keyof typeof ko, string>> = {
  'login.title.counsellor': 'Counsellor log-in',
  'login.title.admin': 'Admin log-in',
  'login.login': 'Login',
  'login.password': 'Password',
  'login.submit': 'Log in',
  'login.failed': 'The login or the password is wrong.',
  'login.forbidden': 'You may not see this page.',
  'login.no_cookie': 'This browser blocks cookies, and a log-in needs one. Allow cookies for this site, then log in again.',
  'login.out': 'Log out',

  'setup.title': 'Make the first admin',
  'setup.hint': 'This server has no admin yet. The account you make here looks after rooms and records.',
  'setup.name': 'Name',
  'setup.name.hint': 'What others see.',
  'setup.password.hint': 'At least 8 characters',
  'setup.password.again': 'Password again',
  'setup.make': 'Make the admin',
  'setup.making': 'One moment',
  'setup.trouble.LOGIN': 'This login cannot be used. Please choose another.',
  'setup.trouble.LOGIN_LONG': 'The login may have at most 100 characters.',
  'setup.trouble.NAME_LONG': 'The name may have at most 40 characters.',
  'setup.trouble.NAME': 'This name cannot be used. Please choose another.',
  'setup.trouble.PASSWORD_SHORT': 'The password needs at least 8 characters.',
  'setup.trouble.PASSWORD_LONG': 'The password may have at most 200 characters.',
  'setup.trouble.PASSWORD_COMMON': 'Many people have this password. Please choose another.',
  'setup.trouble.PASSWORD_REPEATED': 'This password says one short thing again and again. Please choose another.',
  'setup.trouble.PASSWORDS_DIFFER': 'The two passwords are not the same.',
  'setup.trouble.LOGIN_TAKEN': 'This login is taken. Please choose another.',
  'setup.trouble.LATER': 'The server is busy. Please try again in a moment.',
  'setup.trouble.UNREACHABLE': 'The server cannot be reached. Please try again in a moment.',
  'setup.trouble.FAILED': 'The admin could not be made. The log of the server says why.',
  'setup.done.title': 'The admin is ready',
  'setup.done.detail': 'Log in as {{login}} on the admin page. The set-up link no longer works.',
  'setup.to_admin': 'Go to the admin page',
  'setup.NO_LINK.title': 'Please open the set-up link',
  'setup.NO_LINK.detail':
    'Open the whole link that the server printed in the terminal when it started. If you cannot find it, restart the server: as long as there is no admin, it prints a new one.',
  'setup.BAD_LINK.title': 'This link is not valid',
  'setup.BAD_LINK.detail':
    'A link stops working when the server restarts. Open the one it printed at its last start, or restart it for a new link.',
  'setup.ALREADY_SET_UP.title': 'There is an admin already',
  'setup.ALREADY_SET_UP.detail': 'The set-up is done, and its link works only once. Log in on the admin page.',

  'admin.title': 'Overview',
  'admin.live': 'Live',
  'admin.stream.CONNECTING': 'Loading live figures',
  'admin.stream.OPEN': 'Live',
  'admin.stream.RETRYING': 'The connection was lost and is being restored. What you see is a moment old.',
  'admin.rooms': 'Rooms',
  'admin.rooms.none': 'No room is open.',
  'admin.tickets': 'Waiting desks',
  'admin.tickets.none': 'Nobody is waiting.',
  'admin.counsellors': 'Counsellors',
  'admin.counsellors.none': 'There are no counsellors.',
  'admin.number': 'Number',
  'admin.line': 'Line',
  'admin.counsellor': 'Counsellor',
  'admin.nickname': 'Name',
  'admin.desk': 'Desk',
  'admin.ahead': 'Ahead',
  'admin.stage': 'Stage',
  'admin.stage.WAITING': 'Waiting',
  'admin.stage.OFFERED': 'Ringing',
  'admin.stage.PAIRING': 'Connecting',
  'admin.stage.away': 'Disconnected',
  'admin.connected': 'Connection',
  'admin.connected.yes': 'Connected',
  'admin.connected.no': 'Not connected',
  'admin.intent': 'Intent',
  'admin.activity': 'Activity',
  'admin.held': 'Rooms',
  'admin.end_room': 'End',
  'admin.end_room.question': 'End {{number}}?',
  'admin.end_room.reason': 'Reason',
  'admin.requested': 'Requested',
  'admin.matched': 'Matched',
  'admin.ended': 'Ended',
  'admin.result': 'Result',
  'admin.score': 'Rating',
  'admin.memo': 'Memo',
  'admin.comment': 'Comment',
  'admin.end_reason': 'End reason',
  'admin.status': 'Status',
  'admin.detail': 'Consultation {{number}}',
  'admin.status.WAITING': 'Waiting',
  'admin.status.TALKING': 'Talking',
  'admin.status.WRAP_UP': 'Wrap-up',
  'admin.status.DONE': 'Done',
  'admin.status.CANCELLED': 'Cancelled',
  'admin.status.ABANDONED': 'Abandoned',
  'admin.status.EXPIRED': 'Expired',
  'admin.status.REFUSED': 'Refused',

  ...access,
  ...chat,
  ...common,
  ...desk,
  ...display,
  ...office,
  ...records,
  ...manage,
  ...live,
  ...audit,
  ...counsellor,
  ...content,
  ...supervise,
  ...groups,
  ...room,
  ...servers,
  ...trying,
};
