import type { LineView } from '../../../lib/api.gen';
import { t } from '../../../lib/i18n';
import { lineText } from '../lookups';
import { served, type Served } from './accounts';

/** As many as the server takes. */
const TIER_MAX = 9;

interface Props {
  lines: readonly LineView[];
  value: readonly Served[];
  disabled?: boolean;
  fault?: string | undefined;
  onChange(value: Served[]): void;
}

/** Which lines somebody serves, and how early they are asked in each. */
export function ServedLines({ lines, value, disabled = false, fault, onChange }: Props) {
  const tierOf = (line: string) => value.find((each) => each.line === line)?.tier;
  function set(line: string, tier: number | null) {
    const others = value.filter((each) => each.line !== line);
    onChange(served(tier === null ? others : [...others, { line, tier }]));
  }
  return (
    <fieldset class="served" disabled={disabled} data-testid="served">
      <legend>{t('account.lines')}</legend>
      <small>{t('accounts.tier.hint')}</small>
      {lines.length === 0 && <p class="hint">{t('lines.none')}</p>}
      <ul>
        {lines.map((line) => {
          const tier = tierOf(line.id);
          return (
            <li key={line.id}>
              <label class="check">
                <input
                  type="checkbox"
                  checked={tier !== undefined}
                  data-testid={`serves-${line.topic}-${line.language}`}
                  onChange={(event) => set(line.id, event.currentTarget.checked ? 0 : null)}
                />
                <span>{lineText(line)}</span>
              </label>
              {tier !== undefined && (
                <select
                  value={String(tier)}
                  aria-label={`${lineText(line)} – ${t('accounts.tier')}`}
                  onChange={(event) => set(line.id, Number(event.currentTarget.value))}
                >
                  {Array.from({ length: TIER_MAX + 1 }, (_, each) => (
                    <option key={each} value={String(each)}>
                      {t('accounts.tier.nth', { nth: each + 1 })}
                    </option>
                  ))}
                </select>
              )}
            </li>
          );
        })}
      </ul>
      {fault && (
        <p class="trouble" role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}
