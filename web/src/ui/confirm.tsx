import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

import { useModal } from './modal';

interface Props {
  question: string;
  detail?: string;
  yes: string;
  no: string;
  testid?: string;
  /** It takes nothing away. */
  plain?: boolean;
  onYes(): void;
  onNo(): void;
  children?: ComponentChildren;
}

/** Asks before something that cannot be undone. The browser's own dialog keeps the focus and the Escape key. */
export function Confirm({ question, detail, yes, no, testid, plain = false, onYes, onNo, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useModal(dialog);
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onNo();
      }}
    >
      <h2 id={id}>{question}</h2>
      {detail && <p>{detail}</p>}
      {children}
      <div class="actions">
        <button type="button" onClick={onNo}>
          {no}
        </button>
        <button type="button" class={plain ? 'primary' : 'danger'} data-testid={testid} onClick={onYes}>
          {yes}
        </button>
      </div>
    </dialog>
  );
}
