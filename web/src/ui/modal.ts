import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * Opens a dialog in front of the page for as long as its view is there. `begins` puts the focus where it belongs in
 * it; afterwards whatever had the focus before has it again, if it is still on the page.
 *
 * Together with what is drawn, and not after it is on the screen: a key pressed between the two would be heard by the
 * page behind, and the dialog would come up after the Escape that was meant for it.
 */
export function useModal(dialog: RefObject<HTMLDialogElement | null>, begins?: (shown: HTMLDialogElement) => void): void {
  useLayoutEffect(() => {
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
