import { signal, type ReadonlySignal } from '@preact/signals';

import { ApiError, call } from '../../../../lib/api';
import type { RoomView } from '../../../../lib/api.gen';
import type { RoomId } from '../../../../lib/protocol.gen';
import { Room } from '../../../../lib/room';
import { socketUrl } from '../../../../lib/socket';
import type { SocketWorld } from '../../../../lib/socket-world';
import type { VoiceName } from '../../../../ui/voices';

export interface SupervisionWorld {
  /** The socket will not come back: perhaps the log-in is over. */
  farewell?(): void;
  socket?: SocketWorld;
  isGone?(room: RoomId): Promise<boolean>;
}

/** Whether the server has no such room for us, or has it on file only. */
async function isUnknown(room: RoomId): Promise<boolean> {
  try {
    const { status } = await call<RoomView>('GET', `/rooms/${encodeURIComponent(room)}`);
    return status === 'ENDED';
  } catch (error) {
    return error instanceof ApiError && error.status === 404;
  }
}

/** The one room a manager looks into, with what is half written about it. */
export class Supervision {
  private readonly present = signal<Room | null>(null);
  /** Who hears the next words; only whispers are heard from whoever watches. */
  readonly voice = signal<VoiceName>('WHISPER');
  /** The room is the successor of the one that was opened. */
  readonly followed = signal(false);
  drafts = { say: '', whisper: '' };

  constructor(private readonly world: SupervisionWorld = {}) {}

  get room(): ReadonlySignal<Room | null> {
    return this.present;
  }

  /** Looks into a room. Where it continues the present one, what was said and what is half written stay. */
  open(id: RoomId): void {
    const before = this.present.peek();
    if (before?.room === id) return;
    if (before?.state.peek().next_room === id) {
      this.followed.value = true;
      before.follow();
      return;
    }
    this.close();
    const { isGone = isUnknown } = this.world;
    const room = new Room(id, { ...this.world, url: (of) => socketUrl('/ws/room', { room: of }), isGone });
    this.present.value = room;
    room.start();
  }

  /** Nobody is left in the conversation by closing a pane: whoever had joined leaves it. */
  close(): void {
    const room = this.present.peek();
    if (!room) return;
    const { seat, conversation } = room.state.peek();
    if (seat && !seat.watching && !conversation?.ended) room.leave();
    room.stop();
    this.present.value = null;
    this.voice.value = 'WHISPER';
    this.followed.value = false;
    this.drafts = { say: '', whisper: '' };
  }

  join(): void {
    if (this.present.peek()?.join()) this.voice.value = 'SAY';
  }

  /** Back to watching. */
  leave(): void {
    if (this.present.peek()?.leave()) this.voice.value = 'WHISPER';
  }
}
