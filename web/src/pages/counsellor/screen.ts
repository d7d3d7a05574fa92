import { signal } from '@preact/signals';

import { GROUPS } from '../../lib/groups';
import type { RoomId } from '../../lib/protocol.gen';
import { go, route } from '../../lib/route';
import type { VoiceName } from '../../ui/voices';

/** What lies over the screen. */
export type Over =
  | { readonly what: 'HELP' }
  | { readonly what: 'REPLIES' }
  | { readonly what: 'TRANSFER'; readonly room: RoomId }
  | { readonly what: 'END'; readonly room: RoomId }
  | { readonly what: 'TALK'; readonly id: string };

/** What the right-hand side shows. */
export type Side = 'TALK' | 'HISTORY';

/** On a narrow screen one of these is shown at a time. */
export type Part = 'ROOMS' | 'TALK' | 'ABOUT';

/** Where the keyboard can be sent to. */
export type Place = 'COMPOSER' | 'NOTES' | 'WRAP_UP' | 'HISTORY' | 'DUTY';

/** What is open on the screen, apart from what the server knows. */
export class Screen {
  readonly over = signal<Over | null>(null);
  readonly side = signal<Side>('TALK');
  readonly part = signal<Part>('ROOMS');
  /** In which rooms one whispers; in the others one talks. */
  private readonly whispers = signal<ReadonlySet<RoomId>>(new Set());

  /** Where the keyboard was before something lay over the screen. */
  private before: Element | null = null;

  show(over: Over): void {
    this.before = document.activeElement;
    this.over.value = over;
  }

  /** Takes it away, and gives the keyboard back to where it was, unless it has gone on meanwhile. */
  shut(): void {
    const { before } = this;
    this.over.value = null;
    afterDrawing(() => {
      const free = document.activeElement === null || document.activeElement === document.body;
      if (free && before instanceof HTMLElement && before.isConnected) before.focus();
    });
  }

  voice(room: RoomId): VoiceName {
    return this.whispers.value.has(room) ? 'WHISPER' : 'SAY';
  }

  /** Chooses who hears the next words, and sends the keyboard to their field. */
  speak(room: RoomId, voice: VoiceName): void {
    const next = new Set(this.whispers.peek());
    if (voice === 'WHISPER') next.add(room);
    else next.delete(room);
    this.whispers.value = next;
    this.focus('COMPOSER', room);
  }

  /** Sends the keyboard there once it has been drawn. */
  focus(place: Place, room: RoomId | null = null): void {
    // The conversations take their place on the screen back.
    if (place !== 'DUTY' && route.peek().section === GROUPS) go('');
    if (place === 'COMPOSER') this.part.value = 'TALK';
    else if (place !== 'DUTY') this.part.value = 'ABOUT';
    if (place === 'NOTES' || place === 'WRAP_UP') this.side.value = 'TALK';
    if (place === 'HISTORY') this.side.value = 'HISTORY';
    afterDrawing(() => {
      const within = room === null ? '' : `[data-room="${CSS.escape(room)}"] `;
      document.querySelector<HTMLElement>(`${within}[data-place="${place}"]`)?.focus();
    });
  }

  /** Nothing of one person's screen is there for the next. */
  clear(): void {
    this.over.value = null;
    this.side.value = 'TALK';
    this.part.value = 'ROOMS';
    this.whispers.value = new Set();
  }
}

/** What has just changed is on the screen by then. */
function afterDrawing(run: () => void): void {
  requestAnimationFrame(() => setTimeout(run));
}
