import { KEYS, type Command } from '../keys';

/** The key of a command, beside its words. Readers of the page hear it from `aria-keyshortcuts`. */
export function Key({ of }: { of: Command }) {
  return <kbd aria-hidden="true">{of === 'HELP' ? KEYS.HELP : `Alt+${KEYS[of]}`}</kbd>;
}

/** What a button says of its key to those who do not see it. */
export const keyOf = (command: Command) => ({ 'aria-keyshortcuts': `Alt+${KEYS[command]}` });
