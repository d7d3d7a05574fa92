import { REASONS } from '../../ui/reason';
import { commandOf, type Command } from './keys';
import type { Screen } from './screen';
import type { Workplace } from './workplace';

const FIELDS = 'input, textarea, select, [contenteditable="true"]';

/** Listens for the shortcuts of the whole screen. Returns how to stop. */
export function listen(workplace: Workplace, screen: Screen): () => void {
  const pressed = (event: KeyboardEvent) => {
    const typing = event.target instanceof Element && event.target.matches(FIELDS);
    const dialog = document.querySelector('dialog[open]') !== null;
    const command = commandOf(event, { typing, dialog });
    if (command === null) return;
    event.preventDefault();
    perform(command, workplace, screen);
  };
  addEventListener('keydown', pressed);
  return () => removeEventListener('keydown', pressed);
}

export function perform(command: Command, workplace: Workplace, screen: Screen): void {
  const { rings, tabs, active, connection, mine, stopped } = workplace.state.peek();
  if (stopped !== null) return;
  const ring = rings.find(({ answered }) => !answered);
  const tab = tabs.find(({ room }) => room === active);
  const talks = tab && tab.conversation.ended === null ? tab : null;
  const isUp = connection === 'OPEN';
  switch (command) {
    case 'ACCEPT':
      if (ring) workplace.accept(ring.offer);
      return;
    case 'DECLINE':
      if (ring) workplace.decline(ring.offer);
      return;
    case 'NEXT':
    case 'PREVIOUS':
      workplace.step(command === 'NEXT' ? 1 : -1);
      return;
    case 'COMPOSE':
      if (talks) screen.speak(talks.room, 'SAY');
      else if (tab) screen.focus('WRAP_UP');
      return;
    case 'WHISPER':
      if (talks) screen.speak(talks.room, 'WHISPER');
      return;
    case 'NOTES':
      return screen.focus('NOTES');
    case 'TRANSFER':
      if (talks && isUp && canHandOver(talks)) screen.show({ what: 'TRANSFER', room: talks.room });
      return;
    case 'END':
      if (talks && isUp) screen.show({ what: 'END', room: talks.room });
      return;
    case 'WRAP_UP': {
      const due = tab?.conversation.ended ? tab : tabs.find(({ conversation }) => conversation.ended);
      if (!due) return;
      workplace.select(due.room);
      return screen.focus('WRAP_UP');
    }
    case 'DUTY':
      if (!isUp || !mine) return;
      return mine.intent === 'OPEN' ? workplace.pause(REASONS[0]) : workplace.open();
    case 'BESIDE':
      return workplace.beside();
    case 'HISTORY':
      return screen.focus('HISTORY');
    case 'REPLIES':
      return screen.show({ what: 'REPLIES' });
    case 'HELP':
      return screen.show({ what: 'HELP' });
  }
}

const canHandOver = ({ handover }: { handover: { phase: string } | null }) =>
  handover === null || handover.phase === 'DECLINED' || handover.phase === 'NOBODY';
