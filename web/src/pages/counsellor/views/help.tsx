import { t } from '../../../lib/i18n';
import { Sheet } from '../../../ui/sheet';
import { KEYS, type Command } from '../keys';

const COMMANDS = Object.keys(KEYS) as Command[];

/** Every key of the screen. */
export function Help({ onShut }: { onShut(): void }) {
  const inChat = [
    ['Enter', t('counsellor.help.send')],
    ['Shift+Enter', t('counsellor.help.line')],
    ['/', t('counsellor.help.canned')],
    ['/w', t('counsellor.help.whisper')],
    ['Esc', t('counsellor.help.talk')],
  ] as const;
  return (
    <Sheet title={t('counsellor.help')} testid="help" onShut={onShut}>
      <p class="hint">{t('counsellor.help.hint')}</p>
      <dl class="keys">
        {COMMANDS.map((command) => (
          <div key={command}>
            <dt>
              <kbd>{KEYS[command]}</kbd>
              {command === 'NEXT' && <kbd>Alt+↓</kbd>}
              {command === 'PREVIOUS' && <kbd>Alt+↑</kbd>}
            </dt>
            <dd>{t(`counsellor.help.${command}`)}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('counsellor.help.in_chat')}</h3>
      <dl class="keys">
        {inChat.map(([key, words]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div class="actions">
        <button type="button" data-testid="help-shut" onClick={onShut}>
          {t('common.close')}
        </button>
      </div>
    </Sheet>
  );
}
