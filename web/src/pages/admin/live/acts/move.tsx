import { useEffect, useState } from 'preact/hooks';

import type { Colleague } from '../../../../lib/api.gen';
import { ROOM_MOVE_REQUEST } from '../../../../lib/bounds.gen';
import { t } from '../../../../lib/i18n';
import { One } from '../../../../lib/one';
import { SelectField, TextField, useForm } from '../../../../ui/form';
import { Failed, Loading } from '../../../../ui/listing';
import { lineName } from '../../lookups';
import type { Office } from '../../office';
import type { Screen } from '../screen';
import type { LiveRoom } from '../state';
import { barOf, inOrder, moveRoom, readColleagues, staffOf } from './acts';
import { follow } from './following';
import { ActSheet } from './sheet';

interface Props {
  room: LiveRoom;
  screen: Screen;
  office: Office;
  onDone(): void;
}

interface Values {
  to: 'line' | 'counsellor';
  line: string;
  counsellor: string;
  reason: string;
}

/** Hands a conversation to whoever of a line is free, or to one colleague. */
export function MoveRoom({ room, screen, office, onDone }: Props) {
  const [people] = useState(() => new One(readColleagues));
  useEffect(() => void people.load(), [people]);
  const form = useForm<Values>({ to: 'counsellor', line: room.line ?? '', counsellor: '', reason: '' });
  const { typed } = form.state.value;
  const number = room.number ?? '–';
  const giver = room.counsellor?.name ?? t('role.COUNSELLOR');
  const isOver = !screen.feed.state.value.rooms.has(room.room);
  async function move() {
    const { to, line, counsellor, reason } = form.state.peek().typed;
    if (to === 'counsellor' && counsellor === '') return form.fault('counsellor', { key: 'live.move.choose' });
    if (to === 'line' && line === '') return form.fault('line', { key: 'live.move.choose' });
    if (reason.trim() === '') return form.fault('reason', { key: 'fault.MISSING' });
    const goal = to === 'line' ? { line } : { counsellor };
    if (!(await form.send(() => moveRoom(room.room, goal, reason.trim())))) return;
    screen.told.value = () => t('live.told.moving', { number });
    follow(screen.feed, { room, goal }, (outcome) => {
      screen.told.value = () => t(`live.told.move.${outcome.what}`, { number, giver, by: 'by' in outcome ? outcome.by : '' });
    });
    onDone();
  }
  return (
    <ActSheet
      form={form}
      testid="move-room"
      title={t('live.move.title', { number })}
      outcome={outcomeOf(typed, { room, screen, office, people })}
      late={isOver ? t('live.late.room') : null}
      yes={t('live.move')}
      onYes={() => void move()}
      onShut={onDone}
    >
      <div class="choice" role="group" aria-label={t('live.move.to')}>
        {(['counsellor', 'line'] as const).map((to) => (
          <button
            key={to}
            type="button"
            aria-pressed={typed.to === to}
            data-testid={`move-to-${to}`}
            onClick={() => form.type({ to })}
          >
            {t(`live.move.to.${to}`)}
          </button>
        ))}
      </div>
      {typed.to === 'line' ? (
        <SelectField
          form={form}
          name="line"
          testid="move-line"
          label={t('admin.line')}
          options={office.lookups.lines.items.value
            .filter(({ language }) => language === room.language)
            .map((line) => [line.topic, lineName(line)])}
        />
      ) : (
        <People form={form} people={people} room={room} />
      )}
      <TextField form={form} name="reason" label={t('common.reason')} hint={t('live.reason.kept')} charsMax={ROOM_MOVE_REQUEST.reason.chars_max} />
    </ActSheet>
  );
}

type Form = ReturnType<typeof useForm<Values>>;

/** All of them, so that one who is looked for is found with the reason why they cannot be asked. */
function People({ form, people, room }: { form: Form; people: One<Colleague[]>; room: LiveRoom }) {
  const state = people.state.value;
  if (state.status === 'LOADING') return <Loading />;
  if (state.status === 'FAILED') return <Failed trouble={state.trouble} onAgain={() => void people.load()} />;
  return (
    <SelectField
      form={form}
      name="counsellor"
      testid="move-counsellor"
      label={t('admin.counsellor')}
      hint={state.item.some((one) => barOf(one, room) === null) ? undefined : t('live.move.nobody')}
      options={[['', t('live.move.choose')], ...inOrder(state.item, room).map((one) => [one.id, words(one, room)] as const)]}
    />
  );
}

function words(one: Colleague, room: LiveRoom): string {
  const bar = barOf(one, room);
  return `${one.name} – ${bar === null ? t('live.move.free', { free: one.free }) : t(`live.bar.${bar}`)}`;
}

/** What will come of it. */
function outcomeOf({ to, line, counsellor }: Values, world: Omit<Props, 'onDone'> & { people: One<Colleague[]> }): string {
  const { room, screen, office, people } = world;
  const giver = room.counsellor?.name ?? t('role.COUNSELLOR');
  if (to === 'line') {
    const { there, free } = staffOf(screen.feed.state.value.counsellors.values(), line);
    const name = office.lookups.topic(line, room.language ?? null);
    if (there === 0) return t('live.move.outcome.unstaffed', { line: name });
    return t('live.move.outcome.line', { line: name, giver, there, free });
  }
  const state = people.state.value;
  const chosen = state.status === 'READY' ? state.item.find(({ id }) => id === counsellor) : undefined;
  if (!chosen) return t('live.move.outcome', { giver });
  const bar = barOf(chosen, room);
  if (bar !== null) return t(`live.move.outcome.${bar}`, { name: chosen.name });
  return t('live.move.outcome.counsellor', { name: chosen.name, giver });
}
