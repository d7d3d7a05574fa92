import { t } from '../../../lib/i18n';
import { lineName, topics } from '../lookups';
import type { Office } from '../office';
import type { Screen } from './screen';

/** Narrows the three lists at once, as one types. */
export function FilterBar({ screen, office }: { screen: Screen; office: Office }) {
  const { text, line, counsellor } = screen.query.value;
  const takers = screen.takers.value;
  const known = takers.some(({ account }) => account === counsellor);
  return (
    <search class="live-filter">
      <input
        type="search"
        class="live-text"
        value={text}
        placeholder={t('live.filter.text')}
        aria-label={t('live.filter.text')}
        data-testid="live-text"
        autocomplete="off"
        onInput={(event) => screen.narrow({ text: event.currentTarget.value })}
        onKeyDown={(event) => event.key === 'Escape' && screen.narrow({ text: '' })}
      />
      <select
        value={line}
        aria-label={t('admin.line')}
        data-testid="live-line"
        onChange={(event) => screen.narrow({ line: event.currentTarget.value })}
      >
        <option value="">{t('live.filter.lines')}</option>
        {topics(office.lookups.lines.items.value).map((each) => (
          <option key={each.topic} value={each.topic}>
            {lineName(each)}
          </option>
        ))}
      </select>
      <select
        value={counsellor}
        aria-label={t('admin.counsellor')}
        data-testid="live-counsellor"
        onChange={(event) => screen.narrow({ counsellor: event.currentTarget.value })}
      >
        <option value="">{t('live.filter.counsellors')}</option>
        {counsellor !== '' && !known && <option value={counsellor}>{office.lookups.account(counsellor)}</option>}
        {takers.map(({ account, name }) => (
          <option key={account} value={account}>
            {name}
          </option>
        ))}
      </select>
      <button type="button" class="quiet" data-testid="live-clear" disabled={!screen.isNarrowed} onClick={() => screen.widen()}>
        {t('common.clear')}
      </button>
    </search>
  );
}
