import { endRoom } from '../../../../lib/api';
import { ROOM_END_REQUEST } from '../../../../lib/bounds.gen';
import { t } from '../../../../lib/i18n';
import { TextField, useForm } from '../../../../ui/form';
import type { Screen } from '../screen';
import type { LiveRoom } from '../state';
import { isOverAlready } from './acts';
import { ActSheet } from './sheet';

interface Props {
  room: LiveRoom;
  screen: Screen;
  onDone(): void;
}

/** Ends a room that its two will not end. */
export function EndRoom({ room, screen, onDone }: Props) {
  const form = useForm({ reason: '' });
  const number = room.number ?? '–';
  async function end() {
    const sent = await form.send(async ({ reason }) => {
      try {
        await endRoom(room.room, reason.trim() || undefined);
      } catch (error) {
        if (!isOverAlready(error)) throw error;
      }
    });
    if (!sent) return;
    screen.told.value = () => t('live.told.ended', { number });
    onDone();
  }
  const isOver = !screen.feed.state.value.rooms.has(room.room);
  return (
    <ActSheet
      form={form}
      testid="end-room"
      title={t('admin.end_room.question', { number })}
      outcome={t('live.end.outcome', { counsellor: room.counsellor?.name ?? t('role.COUNSELLOR') })}
      late={isOver ? t('live.late.room') : null}
      yes={t('admin.end_room')}
      danger
      onYes={() => void end()}
      onShut={onDone}
    >
      <TextField form={form} name="reason" label={t('admin.end_room.reason')} hint={t('live.reason.hint')} charsMax={ROOM_END_REQUEST.reason.chars_max} optional />
    </ActSheet>
  );
}
