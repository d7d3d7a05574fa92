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
  return known(new URLSearchParams(location.search).get(parameter)) ?? known(stored(key)) ?? otherwise;
}

export function remember(key: string, choice: string): void {
  try {
    localStorage.setItem(key, choice);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
