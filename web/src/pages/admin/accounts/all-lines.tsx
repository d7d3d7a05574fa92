import { t } from '../../../lib/i18n';

interface Props {
  value: boolean;
  disabled?: boolean;
  onChange(value: boolean): void;
}

/** Whether a manager runs every line. Said by itself: no line is none, not all. */
export function AllLines({ value, disabled = false, onChange }: Props) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value}
        disabled={disabled}
        data-testid="all-lines"
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span>{t('accounts.all_lines')}</span>
    </label>
  );
}
