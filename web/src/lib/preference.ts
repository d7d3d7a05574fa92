import { device } from './storage';

/**
 * What this browser prefers: the address says it (`?lang=en`, for screens nobody logs in to), or it was chosen
 * before, or it is as ever.
 */
export function remembered<Choice extends string>(
  key: string,
  parameter: string,
  choices: readonly Choice[],
  otherwise: Choice,
): Choice {
  const known = (value: string | null) => choices.find((each) => each === value);
  return known(new URLSearchParams(location.search).get(parameter)) ?? known(device.getItem(key)) ?? otherwise;
}

/** Where nothing can be stored, the choice lasts as long as the page. */
export function remember(key: string, choice: string): void {
  device.setItem(key, choice);
}
