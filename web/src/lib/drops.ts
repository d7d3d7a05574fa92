/**
 * Keeps a file that is dropped beside a field from taking the page's place. `told` hears of each that a field of the
 * page did not answer itself. Words may still be dragged into fields.
 */
export function refuseFiles(told: () => void = () => undefined): void {
  for (const type of ['dragover', 'drop'] as const) {
    addEventListener(type, (event) => {
      if (!event.dataTransfer?.types.includes('Files') || event.defaultPrevented) return;
      event.preventDefault();
      if (type === 'drop') told();
    });
  }
}
