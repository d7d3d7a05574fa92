import { signal, type ReadonlySignal } from '@preact/signals';

import { serverNow } from './moment';

const moment = signal(serverNow());
let running = false;

/** The moment, to the second. One interval serves every duration and countdown of the page. */
export function useNow(): ReadonlySignal<number> {
  if (!running) {
    running = true;
    moment.value = serverNow();
    setInterval(() => {
      moment.value = serverNow();
    }, 1000);
  }
  return moment;
}
