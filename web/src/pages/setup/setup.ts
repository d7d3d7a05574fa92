import type { ReadonlySignal } from '@preact/signals';

import { Session } from '../../lib/account';
import { logIn, setUp } from '../../lib/api';
import { createStore, type Store } from '../../lib/store';
import { Unsaved } from '../../lib/unsaved';
import { Guide } from './guide';
import { forgetToken, keptToken } from './kept';
import { asked, empty, fault, reduce, refusal, type Form, type SetupAction, type Stage } from './state';

/** Makes the first admin and leads them through what comes next: translates between link, server and state. */
export class Setup {
  readonly session = new Session();
  readonly guide = new Guide();
  /** What is typed in the steps and not saved yet. */
  readonly unsaved = new Unsaved();
  private readonly store: Store<Stage, SetupAction> = createStore(empty, reduce);

  get stage(): ReadonlySignal<Stage> {
    return this.store.state;
  }

  /** Also for a fresh link over the open page. */
  open(): void {
    const token = keptToken();
    this.store.dispatch({ type: 'opened', token });
    if (token === null) void this.session.check();
  }

  async submit(form: Form): Promise<void> {
    const stage = this.store.state.peek();
    if (stage.at !== 'FORM' || stage.busy) return;
    const trouble = fault(form);
    if (trouble) return this.store.dispatch({ type: 'trouble', trouble });
    this.store.dispatch({ type: 'sending' });
    const admin = asked(stage.token, form);
    try {
      await setUp(admin);
    } catch (error) {
      const action = refusal(error);
      this.store.dispatch(action);
      if (action.type !== 'dead_end') return;
      forgetToken();
      // Somebody who made the admin before, in this browser, goes on where they were.
      return this.session.check();
    }
    forgetToken();
    await this.enter(admin.login, admin.password);
    this.store.dispatch({ type: 'done', login: admin.login });
  }

  /** The first admin is logged in at once. Where that fails, the page says how to log in. */
  private async enter(login: string, password: string): Promise<void> {
    try {
      const account = await logIn(login, password);
      this.guide.go('FACTOR');
      this.session.enter(account);
    } catch {
      await this.session.check();
    }
  }
}
