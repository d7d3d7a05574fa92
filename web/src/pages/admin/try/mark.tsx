import { t } from '../../../lib/i18n';

/** Says of what it stands beside that it is test data; `stays` also that it cannot be edited. */
export function TestMark({ stays = false }: { stays?: boolean }) {
  const mark = (
    <span class="mark-new" data-testid="test-mark">
      {t('test.mark')}
    </span>
  );
  return stays ? (
    <p>
      {mark} {t('test.stays')}
    </p>
  ) : (
    mark
  );
}
