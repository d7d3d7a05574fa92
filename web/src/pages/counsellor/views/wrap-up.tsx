import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';

import { codes, type Code } from '../../../lib/api';
import { codeText } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import type { Tab } from '../tabs';
import type { Workplace } from '../workplace';

/** The result codes as they were last read; null before the first. */
const results = signal<Code[] | 'FAILED' | null>(null);

/** Reads them for each wrap-up, as they are edited while pages are open; those before serve meanwhile. */
async function loadResults(): Promise<void> {
  try {
    results.value = (await codes('RESULT')).toSorted((a, b) => a.order - b.order);
  } catch {
    results.value = Array.isArray(results.peek()) ? results.peek() : 'FAILED';
  }
}

/** How it went: a result and a memo. */
export function WrapUpForm({ tab, workplace }: { tab: Tab; workplace: Workplace }) {
  const { room, wrap_up } = tab;
  const draft = workplace.drafts.get(room);
  const [result_code, setResultCode] = useState(draft?.result_code ?? wrap_up.result_code);
  const [memo, setMemo] = useState(draft?.memo ?? wrap_up.memo);
  useEffect(() => void loadResults(), []);
  if (wrap_up.phase === 'NONE') return null;
  const keep = (change: { result_code?: string; memo?: string }) =>
    workplace.drafts.set(room, { ...workplace.drafts.get(room), ...change });
  const sending = wrap_up.phase === 'SENT';
  const list = results.value;
  return (
    <form
      class="stack wrap-up"
      onSubmit={(event) => {
        event.preventDefault();
        workplace.wrapUp(room, result_code, memo);
      }}
    >
      <h2>{t('counsellor.wrap_up.title')}</h2>
      {list === 'FAILED' && (
        <p role="alert">
          {t('counsellor.wrap_up.failed')}{' '}
          <button type="button" onClick={() => void loadResults()}>
            {t('common.again')}
          </button>
        </p>
      )}
      <label class="field">
        <span>{t('counsellor.wrap_up.code')}</span>
        <select
          required
          value={result_code}
          disabled={sending}
          data-testid="wrap-up-code"
          onChange={(event) => {
            setResultCode(event.currentTarget.value);
            keep({ result_code: event.currentTarget.value });
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
          rows={3}
          maxLength={2000}
          value={memo}
          disabled={sending}
          data-testid="wrap-up-memo"
          onInput={(event) => {
            setMemo(event.currentTarget.value);
            keep({ memo: event.currentTarget.value });
          }}
        />
      </label>
      <button class="primary" disabled={sending || result_code === ''} data-testid="wrap-up-send">
        {sending ? t('counsellor.wrap_up.sending') : t('counsellor.wrap_up.send')}
      </button>
    </form>
  );
}
