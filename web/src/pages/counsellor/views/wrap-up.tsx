import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';

import { codes } from '../../../lib/api';
import type { CodeView } from '../../../lib/api.gen';
import { codeText } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import { BODY_CHARS_MAX } from '../../../lib/protocol.gen';
import { countChars } from '../../../lib/words';
import type { Tab } from '../tabs';
import type { Workplace } from '../workplace';
import { TooLong } from './about';

/** The result codes as they were last read; null before the first. */
const results = signal<CodeView[] | 'FAILED' | null>(null);

/** Reads them for each wrap-up, as they are edited while pages are open; those before serve meanwhile. */
export async function loadResults(): Promise<void> {
  try {
    results.value = (await codes('RESULT')).toSorted((a, b) => a.order - b.order);
  } catch {
    results.value = Array.isArray(results.peek()) ? results.peek() : 'FAILED';
  }
}

/** A result in words; a code that is not in use any more is shown as it is. */
export function resultText(code: string): string {
  const list = results.value;
  const known = Array.isArray(list) ? list.find((each) => each.code === code) : undefined;
  return known ? codeText(known) : code;
}

/** How it went: a result and a memo. */
export function WrapUpForm({ tab, workplace }: { tab: Tab; workplace: Workplace }) {
  const { room, wrap_up } = tab;
  const draft = workplace.draft(room);
  const [result_code, setResultCode] = useState(draft.result_code ?? wrap_up.result_code);
  const [memo, setMemo] = useState(draft.memo ?? wrap_up.memo);
  const choice = useRef<HTMLSelectElement>(null);
  const opened = wrap_up.phase !== 'NONE';
  useEffect(() => void loadResults(), []);
  useEffect(() => {
    // The end took the message field away from under the hands: they go on here, and nowhere if they are elsewhere.
    const free = document.activeElement === null || document.activeElement === document.body;
    if (opened && free) choice.current?.focus();
  }, [opened]);
  if (!opened) return null;
  const sending = wrap_up.phase === 'SENT';
  const list = results.value;
  return (
    <form
      class="wrap-up"
      onSubmit={(event) => {
        event.preventDefault();
        workplace.wrapUp(room, result_code, memo);
      }}
    >
      <h2>{t('counsellor.wrap_up.title')}</h2>
      {list === 'FAILED' && (
        <p role="alert">
          {t('counsellor.wrap_up.failed')}{' '}
          <button type="button" class="small" onClick={() => void loadResults()}>
            {t('common.again')}
          </button>
        </p>
      )}
      <label class="field">
        <span>{t('counsellor.wrap_up.code')}</span>
        <select
          required
          ref={choice}
          value={result_code}
          disabled={sending}
          data-testid="wrap-up-code"
          data-place="WRAP_UP"
          onChange={(event) => {
            setResultCode(event.currentTarget.value);
            workplace.write(room, { result_code: event.currentTarget.value });
          }}
        >
          <option value="">{t('counsellor.wrap_up.code.choose')}</option>
          {Array.isArray(list) &&
            list.map((code) => (
              <option key={code.code} value={code.code}>
                {codeText(code)}
              </option>
            ))}
        </select>
      </label>
      <label class="field">
        <span>
          {t('counsellor.wrap_up.memo')} <small>({t('common.optional')})</small>
        </span>
        <textarea
          rows={5}
          dir="auto"
          value={memo}
          disabled={sending}
          data-testid="wrap-up-memo"
          data-place="NOTES"
          onInput={(event) => {
            setMemo(event.currentTarget.value);
            workplace.write(room, { memo: event.currentTarget.value });
          }}
        />
      </label>
      <TooLong memo={memo} />
      <button
        class="primary"
        disabled={sending || result_code === '' || countChars(memo.trim()) > BODY_CHARS_MAX}
        data-testid="wrap-up-send"
      >
        {sending ? t('counsellor.wrap_up.sending') : t('counsellor.wrap_up.send')}
      </button>
    </form>
  );
}
