import type { supervise as ko } from '../ko/supervise';

/** Reading along, whispering and coming in, in English. */
export const supervise: Readonly<Record<keyof typeof ko, string>> = {
  'whisper.title': 'Whisper',
  'whisper.hint': 'Write a whisper',
  'whisper.send': 'Send whisper',
  'voice.title': 'To whom',
  'voice.SAY': 'Talk',
  'voice.WHISPER': 'Whisper',
  'voice.to.visitor': '{{name}} sees this.',
  'voice.to.supervisors': 'Only managers see this. The visitor does not.',

  'watch.title': 'Room',
  'watch.open': 'Watch room {{number}}',
  'watch.here': 'Who is here',
  'watch.away': 'connection lost',
  'watch.state.WATCHING': 'You are watching. The visitor does not see you.',
  'watch.state.JOINED': 'You are in the conversation as “{{name}}”. The visitor sees you.',
  'watch.followed': 'The conversation was handed over, and you came along.',
  'watch.join': 'Join',
  'watch.join.question': 'Join the conversation?',
  'watch.join.detail':
    'The visitor and the counsellor are told that the manager “{{name}}” has come in. From then on the visitor sees what you write in the message field.',
  'watch.leave': 'Back to watching',
  'watch.to.counsellor': 'Only the counsellor sees this. The visitor does not.',
  'watch.to.visitor': 'The visitor sees this. You speak as “{{name}}”.',
  'watch.gone': 'This room cannot be watched',
  'watch.gone.detail': 'It has ended, or it belongs to a line that is not yours. What has ended is in the records.',
  'watch.back': 'Back to the list',
  'watch.elsewhere': 'You are watching this room in another window.',
  'watch.elsewhere.take': 'Watch here',
  'watch.stopped': 'The connection is over. Please try again.',
  'watch.ended.DONE': 'The conversation has ended.',
  'watch.ended.DESK_LEFT': 'The visitor left, and the conversation has ended.',
  'watch.ended.COUNSELLOR_LOST':
    'The counsellor’s connection was lost for too long. The visitor waits for the next counsellor at their old place.',
  'watch.ended.ADMIN': 'An administrator ended the conversation.',
  'watch.ended.TRANSFERRED': 'The conversation was handed over to another counsellor.',
  'watch.ended.EXPIRED': 'It ended because nobody came back.',
  'watch.ended.unknown': 'The conversation has ended.',

  'counsellor.supervisors': 'Manager here: {{names}}',
  'counsellor.room.whisper': 'Whisper: {{text}}',
  'counsellor.room.whispered': '{{number}}, whisper by manager {{name}}: {{text}}',
  'counsellor.help.WHISPER': 'Whisper to the managers',
  'counsellor.help.whisper': 'Whisper to the managers',
  'counsellor.help.talk': 'From whisper back to talk',
};
