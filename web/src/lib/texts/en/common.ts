import type { common as ko } from '../ko/common';

/** What every page says, in English. */
export const common: Readonly<Record<keyof typeof ko, string>> = {
  'app.name': 'Counselling',

  language: 'Language',
  'language.ko': '한국어',
  'language.en': 'English',

  'theme': 'Colours',
  'theme.auto': 'Auto',
  'theme.light': 'Light',
  'theme.dark': 'Dark',
  'theme.contrast': 'High contrast',

  'common.cancel': 'Cancel',
  'common.close': 'Close',
  'common.back': 'Back',
  'common.again': 'Try again',
  'common.loading': 'Loading',
  'common.more': 'Show more',
  'common.yes': 'Yes',
  'common.no': 'No',
  'common.unreachable': 'The server cannot be reached. Please try again in a moment.',
  'common.optional': 'optional',
  'common.long': 'At most {{max}} characters; this has {{chars}}.',

  'connection.CLOSED': 'Not connected',
  'connection.CONNECTING': 'Connecting',
  'connection.OPEN': 'Connected',
  'connection.RETRYING': 'The connection was lost and is being restored. Please leave this screen as it is.',
  'connection.BLOCKED': 'This network blocks live connections (WebSocket). Use another one, or tell whoever runs it.',

  'storage.lost': 'This browser keeps nothing. If you reload or close the page, what you are doing is lost.',

  'eta.soon': 'less than a minute',
  'eta.about': 'about {{minutes}} min',
  'eta.range': 'about {{from}}–{{to}} min',
  'eta.unknown': 'The wait cannot be estimated right now.',

  'error.BAD_FRAME': 'This cannot be sent.',
  'error.UNKNOWN_LINE': 'There is no such line.',
  'error.ALREADY_REQUESTED': 'A request is already under way.',
  'error.NOT_WAITING': 'There is no waiting request.',
  'error.NO_SUCH_OFFER': 'This offer is already over.',
  'error.NO_SUCH_ROOM': 'There is no such room.',
  'error.ROOM_ENDED': 'The conversation has already ended.',
  'error.CLIENT_ID_REUSED': 'Another message already has this identifier.',
  'error.RESYNC': 'Part of the earlier conversation cannot be loaded.',
  'error.BAD_TOKEN': 'The earlier conversation could not be verified.',
  'error.TOKEN_EXPIRED': 'The earlier conversation is over.',
  'error.NOT_ALLOWED': 'This is not allowed.',
  'error.NOTHING_TO_WRAP_UP': 'There is nothing to wrap up.',
  'error.NOTHING_TO_RATE': 'There is nothing to rate.',
  'error.TRANSFER_PENDING': 'This conversation is being handed over already. Cancel that first.',
  'error.NO_SUCH_TRANSFER': 'Nothing is being handed over here any more.',
  'error.NOT_STORED': 'It could not be stored. Trying again.',
  'error.FULL': 'Every seat is taken.',
  'error.NAME_TAKEN': 'Somebody here is called so, or almost so.',
  'error.BUSY': 'The server is busy. Trying again shortly.',
};
