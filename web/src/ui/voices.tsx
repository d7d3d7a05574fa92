import type { ComponentChildren } from 'preact';

import { t } from '../lib/i18n';
import { whispered, whisperedInDraft } from '../lib/whispers';
import { Composer, type ComposerProps } from './composer';
import './whispers.css';

/** To everybody in the room, or only to those behind the counter. */
export type VoiceName = 'SAY' | 'WHISPER';

interface Props {
  voice: VoiceName;
  onVoice(voice: VoiceName): void;
  /** Null for somebody who may only whisper. */
  say: ComposerProps | null;
  whisper: Omit<ComposerProps, 'onTyping' | 'suggest'>;
  /** Who hears what is said, and who hears a whisper. */
  audience: string;
  confidants: string;
  /** What the button to whisper says of its key, and how it shows it. */
  keys?: { 'aria-keyshortcuts': string };
  mark?: ComponentChildren;
}

/**
 * One field for two voices, which cannot be mixed up: each has its own draft, its own colour, its own label and its own
 * button. Words go from talk to whisper with `/w`; no way leads words from a whisper into the talk.
 */
export function Voices({ voice, onVoice, say, whisper, audience, confidants, keys, mark }: Props) {
  const isWhisper = voice === 'WHISPER' || say === null;
  /** Takes what is to be whispered of the words over to the whisper. */
  const turned = (rest: string | null): boolean => {
    if (rest === null) return false;
    say?.onDraft?.('');
    say?.onTyping(false);
    if (rest !== '') whisper.onDraft?.(rest);
    onVoice('WHISPER');
    return true;
  };
  return (
    <div
      class="voices"
      data-voice={isWhisper ? 'WHISPER' : 'SAY'}
      data-testid="voices"
      onKeyDown={(event) => {
        if (!isWhisper || say === null || event.key !== 'Escape' || event.isComposing) return;
        event.preventDefault();
        onVoice('SAY');
      }}
    >
      <div class="voice-line">
        {say && (
          <div class="voice-choice" role="group" aria-label={t('voice.title')}>
            {(['SAY', 'WHISPER'] as const).map((each) => (
              <button
                key={each}
                type="button"
                class="small quiet"
                aria-pressed={(each === 'WHISPER') === isWhisper}
                data-testid={`voice-${each}`}
                {...(each === 'WHISPER' && keys)}
                onClick={() => onVoice(each)}
              >
                {t(`voice.${each}`)} {each === 'WHISPER' && mark}
              </button>
            ))}
          </div>
        )}
        <p class="voice-audience" role="status" data-testid="voice-audience">
          {isWhisper ? confidants : audience}
        </p>
      </div>
      {isWhisper ? (
        <Composer
          key="WHISPER"
          {...whisper}
          voice={{ name: 'whisper', label: `${t('whisper.title')}. ${confidants}`, hint: t('whisper.hint'), send: t('whisper.send') }}
          onTyping={() => {}}
        />
      ) : (
        <Composer
          key="SAY"
          {...say}
          onDraft={(body) => {
            if (!turned(whisperedInDraft(body))) say.onDraft?.(body);
          }}
          onSay={(body) => {
            if (!turned(whispered(body))) say.onSay(body);
          }}
        />
      )}
    </div>
  );
}
