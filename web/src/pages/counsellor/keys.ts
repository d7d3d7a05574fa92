/** What the keyboard can ask for. */
export type Command =
  | 'ACCEPT'
  | 'DECLINE'
  | 'NEXT'
  | 'PREVIOUS'
  | 'COMPOSE'
  | 'WHISPER'
  | 'NOTES'
  | 'TRANSFER'
  | 'END'
  | 'WRAP_UP'
  | 'DUTY'
  | 'BESIDE'
  | 'HISTORY'
  | 'REPLIES'
  | 'HELP';

/** The key of each command as it is printed on the keyboard. Alone outside of fields, with Alt everywhere. */
export const KEYS: Readonly<Record<Command, string>> = {
  ACCEPT: 'A',
  DECLINE: 'X',
  NEXT: 'J',
  PREVIOUS: 'K',
  COMPOSE: 'M',
  WHISPER: 'S',
  NOTES: 'N',
  TRANSFER: 'T',
  END: 'E',
  WRAP_UP: 'W',
  DUTY: 'O',
  BESIDE: 'B',
  HISTORY: 'H',
  REPLIES: 'R',
  HELP: '?',
};

/** What of a key press counts. */
export interface Press {
  /** The place on the keyboard: with Korean letters on, `key` is a Korean letter. */
  readonly code: string;
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly isComposing: boolean;
  readonly repeat: boolean;
}

const BY_CODE = new Map<string, Command>(
  (Object.entries(KEYS) as Array<[Command, string]>)
    .filter(([command]) => command !== 'HELP')
    .map(([command, key]) => [`Key${key}`, command]),
);

/** Still honoured while a dialog is open: a ring does not wait. */
const IN_DIALOGS: ReadonlySet<Command> = new Set(['ACCEPT', 'DECLINE']);

/**
 * The command a key press asks for; null for none. Where one types, only Alt makes a command, and no key does
 * while a syllable is being composed.
 */
export function commandOf(press: Press, where: { typing: boolean; dialog: boolean }): Command | null {
  if (press.isComposing || press.key === 'Process' || press.ctrlKey || press.metaKey || press.repeat) return null;
  if (where.typing && !press.altKey) return null;
  const command = named(press);
  return command === null || (where.dialog && !IN_DIALOGS.has(command)) ? null : command;
}

function named({ code, key, altKey, shiftKey }: Press): Command | null {
  if (code === 'Slash' && (shiftKey || altKey)) return 'HELP';
  if (key === '?') return 'HELP';
  if (altKey && code === 'ArrowDown') return 'NEXT';
  if (altKey && code === 'ArrowUp') return 'PREVIOUS';
  return shiftKey ? null : (BY_CODE.get(code) ?? null);
}
