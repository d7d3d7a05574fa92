import { TICKET_MOVE_REQUEST } from '../../../../lib/bounds.gen';
import { officeTime } from '../../../../lib/format';
import { t } from '../../../../lib/i18n';
import { SelectField, TextField, useForm } from '../../../../ui/form';
import { lineName } from '../../lookups';
import type { Office } from '../../office';
import { aheadIn } from '../places';
import type { Screen } from '../screen';
import type { LiveTicket } from '../state';
import { moveTicket, staffOf } from './acts';
import { ActSheet } from './sheet';

interface Props {
  ticket: LiveTicket;
  screen: Screen;
  office: Office;
  onDone(): void;
}

/** Puts somebody who waits into another line. */
export function MoveTicket({ ticket, screen, office, onDone }: Props) {
  const form = useForm({ topic: '', reason: '' });
  const { topic } = form.state.value.typed;
  const { number } = ticket;
  const { tickets, counsellors } = screen.feed.state.value;
  const others = office.lookups.lines.items.value.filter(
    (line) => line.language === ticket.language && line.topic !== ticket.line,
  );
  async function move() {
    const { reason, topic: chosen } = form.state.peek().typed;
    if (chosen === '') return form.fault('topic', { key: 'live.move.choose' });
    if (reason.trim() === '') return form.fault('reason', { key: 'fault.MISSING' });
    if (!(await form.send(() => moveTicket(ticket.ticket, chosen, reason.trim())))) return;
    screen.told.value = () => t('live.told.relined', { number, line: office.lookups.topic(chosen, ticket.language) });
    onDone();
  }
  function outcome(): string {
    if (others.length === 0) return t('live.reline.alone');
    const since = officeTime(ticket.requested_at);
    if (topic === '') return t('live.reline.outcome', { since });
    const line = office.lookups.topic(topic, ticket.language);
    const values = { line, since, ahead: aheadIn(tickets, ticket, topic) };
    const { there } = staffOf(counsellors.values(), topic);
    return t(there === 0 ? 'live.reline.outcome.unstaffed' : 'live.reline.outcome.line', { ...values, there });
  }
  return (
    <ActSheet
      form={form}
      testid="move-ticket"
      title={t('live.reline.title', { number })}
      outcome={outcome()}
      late={tickets.has(ticket.ticket) ? null : t('live.late.ticket')}
      yes={t('live.reline')}
      onYes={() => void move()}
      onShut={onDone}
    >
      <SelectField
        form={form}
        name="topic"
        testid="move-ticket-line"
        label={t('admin.line')}
        options={[['', t('live.move.choose')], ...others.map((line) => [line.topic, lineName(line)] as const)]}
      />
      <TextField form={form} name="reason" label={t('common.reason')} hint={t('live.reason.kept')} charsMax={TICKET_MOVE_REQUEST.reason.chars_max} />
    </ActSheet>
  );
}
