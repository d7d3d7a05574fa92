import { useRef, useState } from 'preact/hooks';

import { t } from '../lib/i18n';

/** A text to be taken elsewhere. Browsers copy for pages with TLS only; without it the text is marked to be copied by hand. */
export function CopyText({ label, text, testid }: { label: string; text: string; testid: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [done, setDone] = useState<'COPIED' | 'MARKED' | null>(null);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setDone('COPIED');
    } catch {
      field.current?.focus();
      field.current?.select();
      setDone('MARKED');
    }
  }
  return (
    <div class="copy">
      <label class="field">
        <span>{label}</span>
        <textarea
          ref={field}
          readOnly
          rows={Math.min(10, text.split('\n').length)}
          value={text}
          data-testid={testid}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <button type="button" onClick={() => void copy()}>
        {t('common.copy')}
      </button>
      <small role="status">{done && t(`common.copy.${done}`)}</small>
    </div>
  );
}
