import { Keeper } from '../../lib/keeper';
import { upToDate } from '../../lib/conversation';
import { Courier } from '../../lib/outbox';
import type { ClientFrame, RoomId, ServerFrame } from '../../lib/protocol.gen';
import type { Timers } from '../../lib/timers';
import { shown } from './panes';
import type { CounsellorState } from './state';

export interface SeatsWorld {
  state(): CounsellorState;
  send(frame: ClientFrame): boolean;
  hear(frame: Extract<ServerFrame, { type: 'typing' }>): void;
  /** Whether the person can see the rooms on the screen. */
  visible(): boolean;
  timers: Timers;
}

/** A keeper for each room that is on the screen or behind it. */
export class Seats {
  private readonly keepers = new Map<RoomId, Keeper>();
  private readonly whisperer: Courier;

  constructor(private readonly world: SeatsWorld) {
    this.whisperer = new Courier((frame) => world.send(frame), world.timers, 'whisper');
  }

  /** After every change: keepers come and go with their rooms. */
  settle(): void {
    const { tabs } = this.world.state();
    for (const [room, keeper] of this.keepers) {
      if (tabs.some((tab) => tab.room === room)) continue;
      keeper.stop();
      this.keepers.delete(room);
    }
    for (const { room } of tabs) {
      if (!this.keepers.has(room)) this.keepers.set(room, this.newKeeper(room));
      this.keepers.get(room)?.settle();
    }
    this.carryWhispers();
  }

  reconnected(): void {
    this.keepers.forEach((keeper) => keeper.reconnected());
    this.whisperer.reconnected();
  }

  stop(): void {
    this.keepers.forEach((keeper) => keeper.stop());
    this.keepers.clear();
    this.whisperer.forget();
  }

  /** Asks for what a room is missing. */
  catchUp(room: RoomId): void {
    this.keepers.get(room)?.catchUp();
  }

  /** A room that was just given: one that continues another has a past to ask for. */
  taken(room: RoomId): void {
    const tab = this.world.state().tabs.find((each) => each.room === room);
    if (tab && !upToDate(tab.conversation)) this.catchUp(room);
  }

  typing(room: RoomId, on: boolean): void {
    this.keepers.get(room)?.typing(room, on);
  }

  refused({ re, code }: Extract<ServerFrame, { type: 'error' }>): void {
    if (re === undefined) return;
    if (code === 'RESYNC') this.catchUp(re);
    const said = this.world
      .state()
      .tabs.find(({ conversation }) => conversation.outbox.some(({ client_id }) => client_id === re));
    if (said) this.keepers.get(said.room)?.refused(re, code);
    else if (code === 'NOT_STORED' || code === 'BUSY') this.whisperer.again(re, () => this.carryWhispers());
  }

  private carryWhispers(): void {
    const { fresh, tabs } = this.world.state();
    if (fresh) return;
    for (const { room, whispers, conversation } of tabs) {
      if (!conversation.ended) this.whisperer.carry(room, whispers.outbox);
    }
  }

  private newKeeper(room: RoomId): Keeper {
    return new Keeper({
      send: (frame) => this.world.send(frame),
      // Until the first `state` the server may not have given the seats back.
      read: () => {
        const { fresh, tabs } = this.world.state();
        return fresh ? null : (tabs.find((tab) => tab.room === room)?.conversation ?? null);
      },
      visible: () => this.world.visible() && shown(this.world.state()).includes(room),
      hear: (frame) => this.world.hear(frame),
      timers: this.world.timers,
    });
  }
}
