import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/**
 * Opens a dialog in front of the page for as long as its view is there. `begins` puts the focus where it belongs in
 * it; afterwards whatever had the focus before has it again, if it is still on the page.
 */
export function useModal(dialog: RefObject<HTMLDialogElement | null>, begins?: (shown: HTMLDialogElement) => void): void {
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    if (!shown) return;
    if (!shown.open) shown.showModal();
    begins?.(shown);
    return () => {
      shown.close();
      // The browser gives it back only for a dialog that is still on the page when it closes.
      const isNowhere = document.activeElement === document.body || shown.contains(document.activeElement);
      if (isNowhere && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
}
