import { signal, type ReadonlySignal } from '@preact/signals';

/** A page's state and the only way to change it: an action through its reducer. */
export interface Store<State, Action> {
  readonly state: ReadonlySignal<State>;
  dispatch(action: Action): void;
}

export function createStore<State, Action>(
  initial: State,
  reduce: (state: State, action: Action) => State,
): Store<State, Action> {
  const state = signal(initial);
  return {
    state,
    dispatch(action) {
      state.value = reduce(state.peek(), action);
    },
  };
}

/**
 * The end of an exhaustive switch: a frame the types know but the switch does not is a type error here.
 * A frame from a newer server than the types gets here at run time and changes nothing.
 */
export function unchanged<State>(state: State, _rest: never): State {
  return state;
}
