import type { chat as ko } from '../ko/chat';

/** What a conversation says, in English. */
export const chat: Readonly<Record<keyof typeof ko, string>> = {
  'chat.messages': 'Conversation',
  'chat.empty': 'Say hello to begin.',
  'chat.say': 'Message',
  'chat.say.hint': 'Write a message',
  'chat.send': 'Send',
  'chat.me': 'Me',
  'chat.unknown': 'Counsellor',
  'chat.sending': 'Sending',
  'chat.sent': 'Sent',
  'chat.seen': 'Read',
  'chat.retrying': 'Not stored yet, sending again',
  'chat.refused': 'Could not be sent',
  'chat.undelivered': 'Was not delivered',
  'chat.masked': 'Stored with personal data masked',
  'chat.typing': '{{name}} is writing',
  'chat.away': '{{name}} lost the connection for a moment. The seat is held.',
  'chat.left': '{{name}} has left.',
  'chat.new': 'New',
  'chat.to_end': 'To the latest',
  'chat.suggestions': 'Texts to use',
  'chat.long': 'A message holds {{max}} characters; this one has {{chars}}. Please send it in parts.',
  'chat.paste.long': 'That text has {{chars}} characters and a message holds {{max}}, so nothing was pasted. Please paste it in parts.',
  'chat.files': 'Files cannot be sent here. Please write it as text.',
  'chat.missing': 'Part of the earlier conversation can no longer be loaded.',

  'role.DESK': 'Visitor',
  'role.COUNSELLOR': 'Counsellor',
  'role.MANAGER': 'Manager',
  'role.GUEST': 'Guest',
};
