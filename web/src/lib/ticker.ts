import { signal, type ReadonlySignal } from '@preact/signals';

const moment = signal(Date.now());
let running = false;

/** The moment, to the second. One interval serves every duration and countdown of the page. */
export function useNow(): ReadonlySignal<number> {
  if (!running) {
    running = true;
    moment.value = Date.now();
    setInterval(() => {
      moment.value = Date.now();
    }, 1000);
  }
  return moment;
}
