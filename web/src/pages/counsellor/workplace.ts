import type { ReadonlySignal } from '@preact/signals';

import type { ConsultationView } from '../../lib/api.gen';
import type { Farewell } from '../../lib/close';
import { upToDate } from '../../lib/conversation';
import { newId } from '../../lib/ids';
import { NOTE_CHARS_MAX, type ClientFrame, type OfferId, type RoomId, type ServerFrame } from '../../lib/protocol.gen';
import { Socket } from '../../lib/socket';
import { browserWorld, type SocketWorld } from '../../lib/socket-world';
import { createStore, type Store } from '../../lib/store';
import type { TransferTarget } from './frames';
import { forget, keep, nothing, prune, recall, type Draft, type Kept } from './kept';
import { step } from './panes';
import { Seats } from './seats';
import { empty, reduce, type CounsellorAction, type CounsellorState, type Notice } from './state';
import { dueOf, UNKNOWN, type About, type Tab } from './tabs';
import { Wishes } from './wishes';

/** An offer whose `withdrawn` does not come leaves the screen this long after its deadline. */
const OFFER_SLACK_MS = 3_000;
/** A room that was handed over leaves the screen after this; and so often it is asked whether a wrap-up is on file. */
export const WRAP_UP_MS = 3_000;
/** A notice nobody closed goes after this. */
const NOTICE_MS = 15_000;

/** What the record knows of a talk that is under way. */
export type TalkRecord = Pick<ConsultationView, 'number' | 'nickname' | 'note' | 'waited_s' | 'language' | 'matched_at'>;

export interface WorkplaceWorld {
  url(): string;
  storage: Storage;
  socket?: SocketWorld;
  /** The talks of this counsellor that are not done yet. */
  talks(account: string): Promise<readonly TalkRecord[]>;
  /** What is on file of how a talk went, by its number. */
  written(account: string, number: string): Promise<Pick<ConsultationView, 'result_code' | 'memo'> | null>;
  /** Whether the conversations are what the window shows; they are unless this says otherwise. */
  isShown?(): boolean;
  /** The socket was not let in: perhaps the log-in is over. */
  doubtful(why: Farewell | 'REFUSED'): void;
}

/** A counsellor's screen behind the views: translates between the socket, the storage and the state. */
export class Workplace {
  private readonly store: Store<CounsellorState, CounsellorAction> = createStore(empty, reduce);
  private readonly socket: Socket;
  private readonly seats: Seats;
  private readonly timers;
  private readonly wishes = new Wishes();
  private account: string | null = null;
  private drafts: Kept['drafts'] = {};
  private saved = JSON.stringify(nothing);
  private cancelNotice: (() => void) | null = null;

  constructor(private readonly world: WorkplaceWorld) {
    const socketWorld = world.socket ?? browserWorld;
    this.timers = socketWorld.timers;
    this.socket = new Socket(
      () => world.url(),
      {
        opened: () => this.seats.reconnected(),
        frame: (frame) => this.receive(frame),
        status: (connection) => {
          if (connection !== 'OPEN') this.wishes.dropped();
          this.dispatch({ type: 'connection', connection });
        },
        farewell: (why) => {
          this.wishes.forget();
          this.dispatch({ type: 'farewell', why });
          world.doubtful(why);
        },
        refused: () => world.doubtful('REFUSED'),
      },
      socketWorld,
    );
    this.seats = new Seats({
      state: () => this.state.peek(),
      send: (frame) => this.socket.send(frame),
      hear: (frame) => this.dispatch({ type: 'frame', frame, now: this.timers.now(), visible: false }),
      visible: () => this.isVisible(),
      timers: this.timers,
    });
  }

  get state(): ReadonlySignal<CounsellorState> {
    return this.store.state;
  }

  start(account: string): void {
    this.account = account;
    this.recall();
    this.socket.start();
  }

  /** Leaves the screen. A log-out also wipes what this device keeps; a log-in that ended by itself does not. */
  stop({ wipe }: { wipe: boolean }): void {
    this.socket.stop();
    this.seats.stop();
    this.wishes.forget();
    if (wipe && this.account !== null) forget(this.world.storage, this.account);
    this.account = null;
    this.drafts = {};
    this.saved = JSON.stringify(nothing);
    this.dispatch({ type: 'restart' });
  }

  /** Takes the session over from the window that has it, with what was written there. */
  takeOver(): void {
    this.recall();
    this.socket.start();
  }

  open(): void {
    this.wantDuty({ type: 'open' });
  }

  pause(reason: string): void {
    this.wantDuty({ type: 'pause', reason });
  }

  accept(offer: OfferId): void {
    if (!this.send({ type: 'accept', offer })) return;
    this.answered(offer, 'accept');
    this.dispatch({ type: 'answered', offer });
  }

  decline(offer: OfferId): void {
    if (!this.send({ type: 'decline', offer })) return;
    this.answered(offer, 'decline');
    this.dispatch({ type: 'declined', offer });
  }

  select(room: RoomId): void {
    this.dispatch({ type: 'select', room });
  }

  /** The room `steps` further down the list. */
  step(steps: number): void {
    const { active, tabs } = this.state.peek();
    const room = step(active, tabs, steps);
    if (room !== null) this.select(room);
  }

  /** Two rooms side by side, or one again. */
  beside(): void {
    this.dispatch({ type: 'beside' });
  }

  wide(wide: boolean): void {
    this.dispatch({ type: 'wide', wide });
  }

  looked(): void {
    if (this.isVisible()) this.dispatch({ type: 'looked' });
  }

  say(room: RoomId, body: string): void {
    this.dispatch({ type: 'say', room, client_id: newId(), body });
  }

  /** To the supervisors of the room, and never to the visitor. */
  whisper(room: RoomId, body: string): void {
    this.dispatch({ type: 'whisper', room, client_id: newId(), body });
  }

  typing(room: RoomId, on: boolean): void {
    this.seats.typing(room, on);
  }

  end(room: RoomId): void {
    this.want({ type: 'end', room });
  }

  handOver(room: RoomId, target: TransferTarget, name: string, note: string): void {
    const words = [...note.trim()].slice(0, NOTE_CHARS_MAX).join('');
    const sent = this.want({ type: 'transfer', room, ...target, ...(words && { note: words }) });
    if (sent) this.dispatch({ type: 'hand_over', room, target, name });
  }

  cancelHandOver(room: RoomId): void {
    this.want({ type: 'cancel_transfer', room });
  }

  /** The refusal of a handing over was read. */
  keepRoom(room: RoomId): void {
    this.dispatch({ type: 'keep', room });
  }

  wrapUp(room: RoomId, result_code: string, memo: string): void {
    this.dispatch({ type: 'wrap_up', room, result_code, memo: memo.trim() });
    this.sendWrapUp(room);
  }

  shut(room: RoomId): void {
    this.dispatch({ type: 'shut', room });
  }

  /** Something the person should know that did not come from the server. */
  tell(notice: Notice): void {
    this.dispatch({ type: 'tell', notice });
  }

  dismiss(): void {
    this.dispatch({ type: 'dismiss' });
  }

  /** What is half written in a room. */
  draft(room: RoomId): Draft {
    return this.drafts[room] ?? {};
  }

  write(room: RoomId, change: Draft): void {
    this.drafts = { ...this.drafts, [room]: { ...this.drafts[room], ...change } };
    this.persist();
  }

  private send(frame: ClientFrame): boolean {
    return this.socket.send(frame);
  }

  private wantDuty(frame: Parameters<Wishes['wantDuty']>[0]): void {
    this.wishes.wantDuty(frame, this.timers.now());
    this.send(frame);
  }

  /** What is wanted of a room. Without a connection it is not even tried: the screen shows that there is none. */
  private want(frame: Parameters<Wishes['want']>[0]): boolean {
    if (!this.send(frame)) return false;
    this.wishes.want(frame, this.timers.now());
    return true;
  }

  private answered(offer: OfferId, answer: 'accept' | 'decline'): void {
    const ring = this.state.peek().rings.find((each) => each.offer === offer);
    if (ring) this.wishes.answer(ring.ticket, offer, answer, this.timers.now());
  }

  private isVisible(): boolean {
    return document.visibilityState === 'visible' && (this.world.isShown?.() ?? true);
  }

  private receive(heard: ServerFrame): void {
    const { fresh } = this.state.peek();
    const frame = this.wishes.meant(heard);
    this.wishes.hear(frame, fresh);
    this.dispatch({ type: 'frame', frame, now: this.timers.now(), visible: this.isVisible() });
    switch (frame.type) {
      case 'state':
        if (!fresh) break;
        this.takeSeats();
        for (const wanted of this.wishes.again(frame, this.timers.now())) this.send(wanted);
        break;
      case 'matched':
        this.seats.taken(frame.room);
        void this.learn();
        break;
      case 'offer':
        if (frame.accept_within_s > 0) {
          const { offer, accept_within_s } = frame;
          this.timers.after(accept_within_s * 1000 + OFFER_SLACK_MS, () => this.dispatch({ type: 'expire', offer }));
        }
        this.answerAgain(frame);
        break;
      case 'ended':
        if (frame.reason === 'TRANSFERRED') this.shutLater(frame.room, ({ wrap_up }) => wrap_up.phase === 'NONE');
        break;
      case 'error':
        this.seats.refused(frame);
        break;
      default:
        break;
    }
  }

  private answerAgain(frame: Extract<ServerFrame, { type: 'offer' }>): void {
    const answer = this.wishes.known(frame, this.timers.now());
    if (answer === 'accept') this.accept(frame.offer);
    else if (answer === 'decline') this.decline(frame.offer);
  }

  /** The first `state` of a connection: ask for what was missed, and say again what may not have arrived. */
  private takeSeats(): void {
    for (const { room, wrap_up, conversation } of this.state.peek().tabs) {
      if (!conversation.ended || !upToDate(conversation)) this.seats.catchUp(room);
      if (wrap_up.phase !== 'SENT') continue;
      this.dispatch({ type: 'resent', room });
      this.sendWrapUp(room);
    }
    void this.learn();
  }

  /** Fills in what the frames do not say about the visitors. The screen does without when that fails. */
  private async learn(): Promise<void> {
    const { account } = this;
    const { tabs } = this.state.peek();
    if (account === null || tabs.every(({ about }) => about.language !== null)) return;
    const talks = await this.world.talks(account).catch(() => []);
    if (account !== this.account) return;
    for (const { number, ...about } of talks) {
      const tab = this.state.peek().tabs.find((each) => each.number === number);
      if (number !== null && tab) this.dispatch({ type: 'about', number, about: known(tab.about, about) });
    }
  }

  private sendWrapUp(room: RoomId): void {
    const wrap_up = this.tab(room)?.wrap_up;
    if (wrap_up?.phase !== 'SENT') return;
    const frame: ClientFrame = { type: 'wrap_up', room, result_code: wrap_up.result_code };
    if (!this.send(wrap_up.memo ? { ...frame, memo: wrap_up.memo } : frame)) return;
    this.timers.after(WRAP_UP_MS, () => void this.askWhetherWritten(room));
  }

  /** Where the line does not wait for it, no frame says that a wrap-up is on file: its record does. */
  private async askWhetherWritten(room: RoomId): Promise<void> {
    const { account } = this;
    const asked = this.tab(room);
    if (account === null || asked?.wrap_up.phase !== 'SENT' || asked.wrap_up.required) return;
    const record = await this.world.written(account, asked.number).catch(() => null);
    const wrap_up = this.tab(room)?.wrap_up;
    if (account !== this.account || wrap_up !== asked.wrap_up || this.state.peek().connection !== 'OPEN') return;
    if (record?.result_code === wrap_up.result_code && !record.memo === !wrap_up.memo) return this.shut(room);
    this.dispatch({ type: 'resent', room });
    this.sendWrapUp(room);
  }

  private shutLater(room: RoomId, done: (tab: Tab) => boolean): void {
    this.timers.after(WRAP_UP_MS, () => {
      const tab = this.tab(room);
      if (this.state.peek().connection === 'OPEN' && tab && done(tab)) this.shut(room);
    });
  }

  private dispatch(action: CounsellorAction): void {
    const { notice } = this.state.peek();
    this.store.dispatch(action);
    this.seats.settle();
    this.persist();
    const next = this.state.peek().notice;
    if (next === notice) return;
    this.cancelNotice?.();
    this.cancelNotice = next && this.timers.after(NOTICE_MS, () => this.dismiss());
  }

  private tab(room: RoomId): Tab | undefined {
    return this.state.peek().tabs.find((tab) => tab.room === room);
  }

  private recall(): void {
    if (this.account === null) return;
    const { drafts, unsaid, read, due } = recall(this.world.storage, this.account, this.timers.now());
    this.drafts = drafts;
    this.dispatch({ type: 'restore', carried: unsaid, read, due });
  }

  private persist(): void {
    const { tabs, mine, fresh, stopped } = this.state.peek();
    // Before the first `state` not every room is known, and what a reload carried must not be lost. A window that was
    // replaced leaves the storage to the newer one.
    const knows = mine !== null && !(fresh && this.state.peek().connection === 'OPEN');
    if (this.account === null || !knows || stopped !== null) return;
    this.drafts = prune(this.drafts, tabs.map(({ room }) => room));
    const unsaid = Object.fromEntries(
      tabs.flatMap(({ room, conversation: { outbox, ended }, whispers }) =>
        ended || outbox.length + whispers.outbox.length === 0 ? [] : [[room, { outbox, whispers: whispers.outbox }] as const],
      ),
    );
    const read = Object.fromEntries(
      tabs.flatMap(({ room, conversation, read_to: seq, whispers_read: whispers }) =>
        conversation.ended ? [] : [[room, { seq, whispers }] as const],
      ),
    );
    const due = Object.fromEntries(tabs.flatMap((tab) => (dueOf(tab) ? [[tab.room, dueOf(tab)!] as const] : [])));
    const kept: Kept = { drafts: this.drafts, unsaid, read, due };
    const text = JSON.stringify(kept);
    if (text === this.saved) return;
    this.saved = text;
    keep(this.world.storage, this.account, kept, this.timers.now());
  }
}

/** What is known already stays: the record may be older than the offer. */
function known(before: About, record: Partial<About>): Partial<About> {
  const names = Object.keys(UNKNOWN) as Array<keyof About>;
  return Object.fromEntries(names.map((name) => [name, before[name] ?? record[name] ?? null]));
}

