import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

import { useModal } from './modal';

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
  useModal(dialog, (shown) => {
    const field = shown.querySelector<HTMLElement>('input:not([type="checkbox"]), textarea, select');
    (field ?? heading.current)?.focus();
  });
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
