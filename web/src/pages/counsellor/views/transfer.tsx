import { useEffect, useState } from 'preact/hooks';

import type { Colleague } from '../../../lib/api.gen';
import { t } from '../../../lib/i18n';
import { tooLong } from '../../../lib/words';
import { Loading } from '../../../ui/listing';
import { Sheet } from '../../../ui/sheet';
import { colleagueChoices, lineChoices, type Choice, type ColleagueChoice, type LineChoice } from '../colleagues';
import { lineName } from '../../../lib/busy';
import { NOTE_CHARS_MAX } from '../../../lib/protocol.gen';
import { readColleagues, readLines, type LineChoosable } from '../records';
import type { Tab } from '../tabs';
import type { Workplace } from '../workplace';

interface Props {
  tab: Tab;
  /** One's own account. */
  me: string;
  workplace: Workplace;
  onShut(): void;
}

/** Hands a conversation to a colleague or a line, with a note. */
export function Transfer({ tab, me, workplace, onShut }: Props) {
  const { queue, connection } = workplace.state.value;
  const [colleagues, setColleagues] = useState<readonly Colleague[] | null>(null);
  const [lines, setLines] = useState<readonly LineChoosable[] | null>(null);
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [note, setNote] = useState('');
  // Who waits has just changed: who is free may have, too.
  useEffect(() => {
    void readColleagues().catch(() => []).then(setColleagues);
    void readLines().catch(() => []).then(setLines);
  }, [queue]);
  const long = tooLong(note.trim(), NOTE_CHARS_MAX);
  const people = colleagueChoices(colleagues ?? [], me);
  const topics = lineChoices((lines ?? []).map((line) => ({ ...line, name: lineName(line) })), queue, colleagues ?? [], me);
  const row = (choice: Choice, isOff: boolean, says: string) => (
    <Row key={choice.key} choice={choice} isChosen={choice.key === chosen?.key} isOff={isOff} says={says} onChoose={setChosen} />
  );
  return (
    <Sheet title={t('counsellor.transfer.title', { number: tab.number })} testid="transfer-sheet" onShut={onShut}>
      <form
        class="stack transfer"
        onSubmit={(event) => {
          event.preventDefault();
          if (!chosen || long) return;
          workplace.handOver(tab.room, chosen.target, chosen.name, note);
          onShut();
        }}
      >
        <p class="hint">{t('counsellor.transfer.hint')}</p>
        {colleagues === null || lines === null ? (
          <Loading />
        ) : (
          <div class="choices">
            <fieldset>
              <legend>{t('counsellor.transfer.colleagues')}</legend>
              {people.length === 0 && <p class="hint">{t('counsellor.transfer.colleagues.none')}</p>}
              {people.map((each) => row(each, each.standing !== 'READY', sayingOf(each)))}
            </fieldset>
            <fieldset>
              <legend>{t('counsellor.transfer.lines')}</legend>
              {topics.map((each) => row(each, !each.open, sayingOfLine(each, people.length > 0)))}
            </fieldset>
          </div>
        )}
        <label class="field">
          <span>
            {t('counsellor.transfer.note')} <small>({t('common.optional')})</small>
          </span>
          <textarea
            rows={2}
            dir="auto"
            value={note}
            data-testid="transfer-note"
            onInput={(event) => setNote(event.currentTarget.value)}
          />
          <span class="trouble small-text" role="alert">
            {long && t(long.key, long.values)}
          </span>
        </label>
        <div class="actions">
          <button type="button" onClick={onShut}>
            {t('common.back')}
          </button>
          <button class="primary" disabled={!chosen || long !== null || connection !== 'OPEN'} data-testid="transfer-send">
            {t('counsellor.transfer.send')}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

interface RowProps {
  choice: Choice;
  isChosen: boolean;
  isOff: boolean;
  says: string;
  onChoose(choice: Choice): void;
}

function Row({ choice, isChosen, isOff, says, onChoose }: RowProps) {
  return (
    <label class={isOff ? 'choice off' : 'choice'} data-testid="transfer-choice">
      <input
        type="radio"
        name="target"
        value={choice.key}
        checked={isChosen}
        disabled={isOff}
        onChange={() => onChoose(choice)}
      />
      <bdi>{choice.name}</bdi>
      <small>{says}</small>
    </label>
  );
}

function sayingOf({ standing, free }: ColleagueChoice): string {
  switch (standing) {
    case 'READY':
      return t('counsellor.transfer.free', { count: free });
    case 'FULL':
      return t('counsellor.transfer.full');
    case 'PAUSED':
      return t('counsellor.transfer.paused');
    case 'OFFLINE':
      return t('counsellor.transfer.offline');
  }
}

function sayingOfLine({ waiting, ready, open }: LineChoice, knowsColleagues: boolean): string {
  if (!open) return t('desk.line.closed');
  const waits = waiting === null ? null : t('counsellor.transfer.waiting', { count: waiting });
  const takes = knowsColleagues ? t('counsellor.transfer.ready', { count: ready }) : null;
  return [waits, takes].filter(Boolean).join(' · ');
}
