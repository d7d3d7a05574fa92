import { language, LANGUAGES, setLanguage, t } from '../lib/i18n';
import { setTheme, theme, THEMES, type Theme } from '../lib/theme';

/** How this browser shows the page: in which language, and in which colours. */
export function LanguageSwitch() {
  return (
    <div class="preferences">
      <div class="languages" role="group" aria-label={t('language')}>
        {LANGUAGES.map((each) => (
          <button
            key={each}
            type="button"
            lang={each}
            class="quiet"
            data-testid={`lang-${each}`}
            aria-pressed={language.value === each}
            onClick={() => void setLanguage(each)}
          >
            {t(`language.${each}`)}
          </button>
        ))}
      </div>
      <ThemeSwitch />
    </div>
  );
}

function ThemeSwitch() {
  return (
    <select
      class="theme"
      aria-label={t('theme')}
      data-testid="theme"
      value={theme.value}
      onChange={(event) => setTheme(event.currentTarget.value as Theme)}
    >
      {THEMES.map((each) => (
        <option key={each} value={each}>
          {t(`theme.${each}`)}
        </option>
      ))}
    </select>
  );
}
