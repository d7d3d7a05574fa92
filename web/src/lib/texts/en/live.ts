import type { live as ko } from '../ko/live';

/** The live screen of the admin page, and plots, in English. */
export const live: Readonly<Record<keyof typeof ko, string>> = {
  'live.filter.text': 'Find by number, name or counsellor',
  'live.filter.lines': 'All lines',
  'live.filter.counsellors': 'All counsellors',
  'live.count': '{{shown}}',
  'live.count.of': '{{shown}} of {{all}}',
  'live.none.narrowed': 'Nothing fits. Clear the filter.',
  'live.sort': 'Order of {{list}}',
  'live.said': 'Messages',
  'live.talked': 'Talked',
  'live.waited': 'Waited',
  'live.acts': 'Acts',
  'live.move': 'Move',
  'live.reline': 'Change line',

  'live.waiting': 'Waiting',
  'live.waiting.none': 'nobody waits',
  'live.waiting.longest': 'longest {{duration}}',
  'live.share': 'Within target',
  'live.share.target': 'last 5 min, within {{seconds}} s',
  'live.load': 'Load',
  'live.load.of': '{{held}} of {{capacity}} places, {{free}} counsellors free',
  'live.at': 'At',
  'live.plots': 'The last 30 minutes',
  'live.plots.table': 'Last 30 minutes as a table',
  'live.plots.hint':
    'Only what happened since this page was opened. Within target: of those matched or gone in the five minutes before, the share matched within the target.',
  'live.plot.waiting': 'Waiting, last 30 minutes',
  'live.plot.share': 'Within target, last 30 minutes',
  'live.plot.load': 'Load, last 30 minutes',
  'plots.none': 'No figures yet.',
  'plots.hint': 'Point at it, or use the arrow keys, to read a value.',

  'live.end.outcome':
    'The conversation ends at once and cannot be brought back. The visitor and {{counsellor}} are told that an administrator ended it; the visitor may ask again.',
  'live.reason.hint': 'Kept in the record and in the audit.',
  'live.reason.kept': 'Kept in the audit.',
  'live.late.room': 'This conversation has ended or moved meanwhile. Look at the list.',
  'live.late.ticket': 'This request was matched or cancelled meanwhile. Look at the list.',

  'live.move.title': 'Move {{number}}',
  'live.move.to': 'To whom',
  'live.move.to.counsellor': 'To a counsellor',
  'live.move.to.line': 'To a line',
  'live.move.choose': 'Choose one',
  'live.move.free': 'could take {{free}} more',
  'live.move.nobody': 'Nobody can take it right now. Moved to a line, it goes to whoever is free first.',
  'live.bar.SELF': 'holds it now',
  'live.bar.AWAY': 'not connected',
  'live.bar.PAUSED': 'paused',
  'live.bar.FULL': 'no place free',
  'live.move.outcome': 'Until somebody accepts, {{giver}} and the visitor go on talking.',
  'live.move.outcome.counsellor':
    '{{name}} is asked. If they accept, the conversation so far goes with it and {{giver}} is done; if they decline or do not answer, nothing changes.',
  'live.move.outcome.line':
    'Whoever of {{line}} is free first is asked ({{there}} on duty, {{free}} free now). If they accept, the conversation so far goes with it and {{giver}} is done.',
  'live.move.outcome.unstaffed': 'Nobody takes conversations on {{line}} right now. Somebody must open first.',
  'live.move.outcome.SELF': '{{name}} holds this conversation already. Choose somebody else.',
  'live.move.outcome.AWAY': '{{name}} is not connected and cannot answer. Choose somebody else, or a line.',
  'live.move.outcome.PAUSED': '{{name}} is paused and may not answer. Choose somebody else, or a line.',
  'live.move.outcome.FULL': '{{name}} has no place free until a conversation ends. Choose somebody else, or a line.',

  'live.reline.title': 'Change the line of {{number}}',
  'live.reline.alone': 'No other line speaks this language.',
  'live.reline.outcome': 'It stands in the other line by the moment it was made, {{since}}. The number stays.',
  'live.reline.outcome.line':
    'It goes to {{line}} and stands there by the moment it was made, {{since}}: {{ahead}} ahead, {{there}} on duty. The number stays.',
  'live.reline.outcome.unstaffed':
    'It goes to {{line}} and stands there by the moment it was made, {{since}}: {{ahead}} ahead, but nobody is on duty, so it may be refused.',

  'live.told.ended': '{{number}} has been ended.',
  'live.told.moving': 'Asked for {{number}} to be moved. Once somebody accepts, the list shows them.',
  'live.told.relined': '{{number}} has been moved to {{line}}.',
  'fault.CONFLICT': 'This cannot be done as things are now. What you entered is kept.',
  'fault.ROOM_ENDED': 'This conversation has ended already. There is nothing left to do.',

  'stats.apart': 'Lines apart',
  'stats.requests': 'Requests and matches',
  'stats.plot.waits': 'Wait',
  'stats.plot.level': 'Within target',
  'stats.plot.talks': 'Talk, mean',
  'stats.plot.many': 'The {{shown}} lines with most requests are plotted. The others are in the table below.',
  'stats.period': '{{from}} – {{to}}',
};
