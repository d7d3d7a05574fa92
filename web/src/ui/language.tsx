import { language, setLanguage, t, type Language } from '../lib/i18n';

const LANGUAGES: readonly Language[] = ['ko', 'en'];

export function LanguageSwitch() {
  return (
    <div class="languages" role="group" aria-label="Language / 언어">
      {LANGUAGES.map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          class="quiet"
          data-testid={`lang-${each}`}
          aria-pressed={language.value === each}
          onClick={() => setLanguage(each)}
        >
          {t(`language.${each}`)}
        </button>
      ))}
    </div>
  );
}
