import type { ReadonlySignal } from '@preact/signals';

import { setUp } from '../../lib/api';
import { takeToken } from '../../lib/link';
import { createStore, type Store } from '../../lib/store';
import { asked, empty, fault, reduce, refusal, type Form, type SetupAction, type Stage } from './state';

/** Makes the first admin: translates between the link, the server and the state. */
export class Setup {
  private readonly store: Store<Stage, SetupAction> = createStore(empty, reduce);

  get stage(): ReadonlySignal<Stage> {
    return this.store.state;
  }

  /** Also for a fresh link over the open page. */
  open(): void {
    this.store.dispatch({ type: 'opened', token: takeToken() });
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
