import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

interface Props {
  title: string;
  testid?: string;
  onShut(): void;
  children: ComponentChildren;
}

/** A dialog with a form or a notice in it. The browser's own dialog keeps the focus in and the Escape key. */
export function Sheet({ title, testid, onShut, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    const field = shown?.querySelector<HTMLElement>('input:not([type="checkbox"]), textarea, select');
    (field ?? heading.current)?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="confirm sheet"
      aria-labelledby={id}
      data-testid={testid}
      onCancel={(event) => {
        event.preventDefault();
        onShut();
      }}
    >
      <h2 id={id} ref={heading} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
