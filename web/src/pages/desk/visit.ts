import type { ReadonlySignal } from '@preact/signals';

import { heard, upToDate } from '../../lib/conversation';
import { newId } from '../../lib/ids';
import { Keeper } from '../../lib/keeper';
import { NOTE_CHARS_MAX, type LineInfo, type ServerFrame } from '../../lib/protocol.gen';
import { tooLong } from '../../lib/words';
import { Socket } from '../../lib/socket';
import { browserWorld, type SocketWorld } from '../../lib/socket-world';
import { createStore, type Store } from '../../lib/store';
import { isPending, RATE_EARLY_MS, RATE_MS_MAX } from './rating';
import { IdleWatch, patience, type Device, type Warning } from './idle';
import { keep, kept, toKeep, type Kept } from './kept';
import { empty, reduce, underWay, type DeskAction, type DeskState, type Draft } from './state';

const LINES_AGAIN_MS = 5_000;
const ASK_AGAIN_MS = 2_000;
/** How long a talk that nobody touches waits for a connection to be ended by, before it is only wiped. */
const IDLE_END_MS = 10_000;

export interface VisitWorld {
  url(): string;
  /** Whether that address is closed to this desk: its key is wrong, or the public desk is off. */
  isForbidden(url: string): Promise<boolean>;
  lines(): Promise<readonly LineInfo[]>;
  storage: Storage;
  socket?: SocketWorld;
  device(): Device;
  /** The visit is over: what the browser itself may still know of it goes too. */
  forget(): void;
}

/** One visitor after the other: translates between the socket, the storage and the state. */
export class Visit {
  private readonly store: Store<DeskState, DeskAction> = createStore(empty, reduce);
  private readonly socket: Socket;
  private readonly keeper: Keeper;
  private readonly timers;
  /** The answer to `resume` brings what was missed by itself. */
  private resumed = false;
  /** The room knows this socket: before that nothing may be said in it. */
  private seated = false;
  private asksWhy = false;
  /** What a dead line may have swallowed: it is said again once the visit is taken up. */
  private leaving: 'cancel' | 'end' | null = null;
  private readonly idle: IdleWatch;
  private cancelRate: (() => void) | null = null;
  private cancelLate: (() => void) | null = null;
  private cancelAsk: (() => void) | null = null;
  private cancelLines: (() => void) | null = null;
  private saved: string | null = null;

  constructor(private readonly world: VisitWorld) {
    const socketWorld = world.socket ?? browserWorld;
    this.timers = socketWorld.timers;
    this.socket = new Socket(
      () => world.url(),
      {
        opened: () => this.introduce(),
        frame: (frame) => this.receive(frame),
        status: (connection) => {
          if (connection !== 'OPEN') this.seated = false;
          this.dispatch({ type: 'connection', connection });
        },
        farewell: (why) => this.dispatch({ type: 'farewell', why }),
        refused: () => void this.askWhy(),
      },
      socketWorld,
    );
    this.idle = new IdleWatch(this.timers, {
      patience: () => patience(this.state.peek(), this.world.device()),
      over: (then) => (then === 'END' ? this.endIdle() : this.wipe()),
    });
    this.keeper = new Keeper({
      send: (frame) => this.socket.send(frame),
      read: () => (this.seated ? this.state.peek().conversation : null),
      visible: () => document.visibilityState === 'visible',
      hear: (frame) => this.dispatch({ type: 'frame', frame, wall: this.timers.wall() }),
      timers: this.timers,
    });
  }

  get state(): ReadonlySignal<DeskState> {
    return this.store.state;
  }

  /** That nobody seems to be at the screen any more. */
  get warning(): ReadonlySignal<Warning | null> {
    return this.idle.warning;
  }

  /** Goes on with a visit from before a reload, or shows the lines. */
  begin(): void {
    const before = kept(this.world.storage);
    if (before) this.restore(before);
    void this.loadLines();
  }

  /** Takes the visit back from the newer window it went on in. */
  takeBack(): void {
    const { stage, token, carried } = this.state.peek();
    if (stage.at !== 'ELSEWHERE' || token === null) return;
    this.dispatch({ type: 'restore', token, outbox: carried });
    this.socket.start();
  }

  private restore(before: Kept): void {
    if ('request' in before) this.dispatch({ type: 'ask', request: before.request });
    else if ('ending' in before) {
      const { token, ending } = before;
      if (this.timers.wall() >= ending.rating.until) return keep(null, this.world.storage);
      this.dispatch({ type: 'restore_ending', token, ending });
    } else {
      const { token, outbox, elsewhere } = before;
      if (elsewhere) return this.dispatch({ type: 'restore_elsewhere', token, outbox });
      this.dispatch({ type: 'restore', token, outbox });
    }
    this.socket.start();
  }

  choose(line: LineInfo): void {
    this.dispatch({ type: 'choose', line });
  }

  /** There is something to say beforehand. */
  tell(): void {
    this.dispatch({ type: 'tell' });
  }

  draft(draft: Draft): void {
    this.dispatch({ type: 'draft', draft });
  }

  back(): void {
    this.dispatch({ type: 'back' });
  }

  ask(line: LineInfo, nickname: string, note: string): void {
    const request = {
      client_id: newId(),
      topic: line.topic,
      language: line.language,
      ...(nickname.trim() && { nickname: nickname.trim() }),
      ...(note.trim() && { note: note.trim() }),
    };
    this.dispatch({ type: 'ask', request });
    this.socket.start();
  }

  /** Without a connection the place is let go here and now; the server lets it go after the grace time. */
  cancel(): void {
    this.leaving = 'cancel';
    if (!this.socket.send({ type: 'cancel' })) this.wipe();
  }

  say(body: string): void {
    this.dispatch({ type: 'say', client_id: newId(), body });
  }

  typing(on: boolean): void {
    const { conversation } = this.state.peek();
    if (conversation) this.keeper.typing(conversation.room, on);
  }

  /** Somebody touched the screen, or a key. */
  touched(): void {
    this.idle.touched();
  }

  /** Somebody says that they are still there. */
  here(): void {
    this.idle.here();
  }

  /** The person came back to the tab. */
  looked(): void {
    this.keeper.settle();
  }

  end(): void {
    const { conversation } = this.state.peek();
    this.leaving = 'end';
    if (!conversation || !this.socket.send({ type: 'end', room: conversation.room })) this.wipe();
  }

  /** What the person has chosen so far; sent by `rate`, or by itself shortly before the wipe. */
  consider(score: number, comment: string): void {
    this.dispatch({ type: 'consider', score, comment });
  }

  rate(): void {
    const { stage } = this.state.peek();
    if (stage.at !== 'ENDED' || stage.rating.phase !== 'OPEN' || stage.rating.score === null) return;
    this.dispatch({ type: 'rate' });
    this.sendRating();
  }

  /** Said again until it is known to be on file: on file, the same score is the same rating. */
  private sendRating(): void {
    const { stage } = this.state.peek();
    if (stage.at !== 'ENDED' || stage.rating.phase !== 'SENDING' || !this.seated) return;
    const { room, rating } = stage;
    const words = rating.comment.trim();
    // With words that would be refused the score would be, too.
    const fits = words !== '' && !tooLong(words, NOTE_CHARS_MAX);
    this.socket.send({ type: 'rate', room, score: rating.score!, ...(fits && { comment: words }) });
  }

  /** The person leaves, in whichever screen: a talk is ended, a place given up. */
  leave(): void {
    if (this.state.peek().stage.at === 'CHAT') this.end();
    else this.wipe();
  }

  /** Nothing of this visitor stays: not in the state, the storage, a form, the address or a timer. */
  wipe(): void {
    this.socket.stop();
    this.keeper.stop();
    this.keeper.reconnected();
    for (const cancel of [this.cancelRate, this.cancelLate, this.cancelAsk]) cancel?.();
    this.cancelRate = this.cancelLate = this.cancelAsk = null;
    this.leaving = null;
    this.resumed = this.seated = false;
    this.dispatch({ type: 'wipe' });
    this.world.forget();
    void this.loadLines();
  }

  /** The lines as the office has them now. */
  offer(items: readonly LineInfo[]): void {
    this.dispatch({ type: 'lines', items });
  }

  /** The server is there again. */
  retryLines(): void {
    if (this.state.peek().lines.status === 'FAILED') void this.loadLines();
  }

  /** A line that is just coming back is waited for: the counsellor shall hear of the end, too. */
  private endIdle(): void {
    this.dispatch({ type: 'idle' });
    if (this.seated) return this.end();
    this.leaving = 'end';
    this.cancelAsk = this.timers.after(IDLE_END_MS, () => this.leaving === 'end' && this.wipe());
  }

  private introduce(): void {
    const { stage, token, conversation } = this.state.peek();
    this.keeper.reconnected();
    this.resumed = false;
    if (token !== null) {
      // Whoever only rates needs nothing of what was said.
      const after = stage.at === 'ENDED' ? {} : { after: conversation ? heard(conversation) : 0 };
      this.resumed = this.socket.send({ type: 'resume', token, ...after });
    } else if (stage.at === 'ASKING') {
      this.socket.send({ type: 'request', ...stage.request });
    }
  }

  private receive(frame: ServerFrame): void {
    const before = this.state.peek();
    this.dispatch({ type: 'frame', frame, wall: this.timers.wall() });
    const { stage, conversation } = this.state.peek();
    switch (frame.type) {
      case 'waiting':
        if (this.resumed) this.leaveAgain('cancel');
        this.resumed = false;
        break;
      case 'matched':
        // In another room the numbers of what is under way mean nothing.
        if (before.conversation && before.conversation.room !== frame.room) this.keeper.reconnected();
        if (!this.resumed && conversation && !upToDate(conversation)) this.keeper.catchUp();
        this.seated = true;
        if (stage.at === 'ENDED') this.sendRating();
        else if (this.resumed) this.leaveAgain('end');
        this.resumed = false;
        this.keeper.settle();
        break;
      case 'ended':
        this.leaving = null;
        break;
      case 'error':
        if (frame.code === 'RESYNC') this.keeper.catchUp();
        else if (stage.at === 'ASKING' && stage.trouble) this.askAgain(stage.wait_s);
        else if (stage.at === 'ENDED') this.rateAgain();
        else if (stage.at === 'DETAILS' || stage.at === 'CLOSED' || stage.at === 'START') this.socket.stop();
        if (frame.re === undefined) this.leaving = null;
        if (frame.re !== undefined) this.keeper.refused(frame.re, frame.code);
        break;
      case 'closed':
        this.socket.stop();
        break;
      default:
        break;
    }
  }

  /** After a try that never opened. The socket goes on trying meanwhile: most often it is only the network. */
  private async askWhy(): Promise<void> {
    if (this.asksWhy) return;
    this.asksWhy = true;
    const { visitor } = this.state.peek();
    const forbidden = await this.world.isForbidden(this.world.url());
    this.asksWhy = false;
    const state = this.state.peek();
    if (!forbidden || state.visitor !== visitor || state.connection === 'OPEN' || !underWay(state)) return;
    this.socket.stop();
    this.dispatch({ type: 'farewell', why: 'NOT_ALLOWED' });
  }

  /** What was given up on a line that died is given up on the next. A place that became a talk is one no more. */
  private leaveAgain(how: 'cancel' | 'end'): void {
    const { leaving } = this;
    this.leaving = null;
    if (leaving === how) how === 'end' ? this.end() : this.cancel();
  }

  private rateAgain(): void {
    this.cancelAsk?.();
    this.cancelAsk = this.timers.after(ASK_AGAIN_MS, () => this.sendRating());
  }

  /** Not before the server said, where it did: earlier would be refused again. */
  private askAgain(wait_s: number | null): void {
    this.cancelAsk?.();
    this.cancelAsk = this.timers.after(wait_s === null ? ASK_AGAIN_MS : wait_s * 1_000, () => {
      const { stage } = this.state.peek();
      if (stage.at === 'ASKING') this.socket.send({ type: 'request', ...stage.request });
    });
  }

  private dispatch(action: DeskAction): void {
    const before = this.state.peek().stage.at;
    this.store.dispatch(action);
    const state = this.state.peek();
    this.persist(state);
    if (state.stage.at !== before) this.entered(state);
    const rating = state.stage.at === 'ENDED' ? state.stage.rating : null;
    this.idle.settle(`${state.visitor} ${state.stage.at} ${rating?.phase === 'DONE'}`);
    // A finished room needs its socket for the rating only.
    if (rating && !isPending(rating)) this.socket.stop();
    this.keeper.settle();
  }

  private entered({ stage }: DeskState): void {
    if (stage.at !== 'ENDED') return;
    const left = Math.min(stage.rating.until - this.timers.wall(), RATE_MS_MAX);
    this.cancelRate = this.timers.after(Math.max(left - RATE_EARLY_MS, 0), () => this.rate());
    this.cancelLate = this.timers.after(left, () => this.dispatch({ type: 'late' }));
  }

  private persist(state: DeskState): void {
    const next = toKeep(state);
    const text = next && JSON.stringify(next);
    if (text === this.saved) return;
    this.saved = text;
    keep(next, this.world.storage);
  }

  private async loadLines(): Promise<void> {
    this.cancelLines?.();
    this.cancelLines = null;
    try {
      this.dispatch({ type: 'lines', items: await this.world.lines() });
    } catch {
      this.dispatch({ type: 'lines_failed' });
      this.cancelLines = this.timers.after(LINES_AGAIN_MS, () => {
        if (!underWay(this.state.peek())) void this.loadLines();
      });
    }
  }
}
