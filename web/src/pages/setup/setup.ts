import type { ReadonlySignal } from '@preact/signals';

import { setUp } from '../../lib/api';
import { createStore, type Store } from '../../lib/store';
import { asked, empty, fault, reduce, refusal, type Form, type SetupAction, type Stage } from './state';

/** Makes the first admin: translates between the link, the server and the state. */
export class Setup {
  private readonly store: Store<Stage, SetupAction> = createStore(empty, reduce);

  get stage(): ReadonlySignal<Stage> {
    return this.store.state;
  }

  /** Takes the token off the address bar, where it would stay in the history; this page alone has it then. */
  open(): void {
    const token = location.hash.slice(1);
    if (token !== '') history.replaceState(null, '', location.pathname);
    this.store.dispatch({ type: 'opened', token: token === '' ? null : token });
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
      this.store.dispatch({ type: 'done', login: admin.login });
    } catch (error) {
      this.store.dispatch(refusal(error));
    }
  }
}
