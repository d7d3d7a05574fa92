import type { display as ko } from '../ko/display';

/** What the wall screen says, in English. */
export const display: Readonly<Record<keyof typeof ko, string>> = {
  'display.title': 'Numbers called',
  'display.now': 'Now calling',
  'display.before': 'Called before',
  'display.none': 'Numbers appear here when they are called',
  'display.none.detail': 'Take a number and have a seat.',
  'display.waiting': 'Waiting now',
  'display.go': 'Please come to {{place}}',
  'display.online': 'The talk begins on your own screen',
  'display.lost': 'Waiting for the connection. Numbers will be back in a moment.',
  'display.absent': 'This server has no wall screen.',
  'display.draining': 'A short maintenance is under way. Your number and your place are kept.',
  'display.sound': 'Touch the screen once to turn the sound on.',
};
