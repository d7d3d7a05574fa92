import { useEffect, useRef } from 'preact/hooks';

import { ApiError } from '../../../lib/api';
import { clockTime, dayAndTime } from '../../../lib/format';
import { t } from '../../../lib/i18n';
import type { ClosedReason, EndReason } from '../../../lib/protocol.gen';
import { createStore } from '../../../lib/store';
import {
  empty,
  readOne,
  readPage,
  reduce,
  type Consultation,
  type ConsultationDetail,
  type HistoryAction,
  type HistoryState,
} from '../history';

const store = createStore<HistoryState, HistoryAction>(empty, reduce);

const fail = (error: unknown) =>
  store.dispatch({
    type: 'failed',
    detail: error instanceof ApiError ? error.message : t('common.unreachable'),
  });

async function load(anew: boolean): Promise<void> {
  const after = anew ? null : store.state.peek().next;
  store.dispatch({ type: 'loading', anew });
  try {
    store.dispatch({ type: 'page', page: await readPage(after) });
  } catch (error) {
    fail(error);
  }
}

async function open(id: string): Promise<void> {
  try {
    store.dispatch({ type: 'opened', detail: await readOne(id) });
  } catch (error) {
    fail(error);
  }
}

/** Nothing of what one person read is left for the next to log in. */
export function forgetHistory(): void {
  store.dispatch({ type: 'loading', anew: true });
}

/** Past consultations, newest first as the server sends them. */
export function History() {
  const { status, trouble, items, next, detail } = store.state.value;
  useEffect(() => void load(true), []);
  return (
    <section class="card stack">
      <h2>
        {t('admin.history')}
        <button type="button" data-testid="history-reload" onClick={() => void load(true)}>
          {t('admin.history.reload')}
        </button>
      </h2>
      {trouble && (
        <p class="trouble" role="alert">
          {t('admin.history.failed', { detail: trouble })}
        </p>
      )}
      {status === 'READY' && items.length === 0 && <p class="hint">{t('admin.history.none')}</p>}
      {items.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('admin.number')}</th>
                <th scope="col">{t('admin.requested')}</th>
                <th scope="col">{t('admin.line')}</th>
                <th scope="col">{t('admin.counsellor')}</th>
                <th scope="col">{t('admin.status')}</th>
                <th scope="col">{t('admin.result')}</th>
                <th scope="col">{t('admin.score')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {status === 'LOADING' && <p role="status">{t('common.loading')}</p>}
      {next !== null && status !== 'LOADING' && (
        <button type="button" data-testid="more" onClick={() => void load(false)}>
          {t('common.more')}
        </button>
      )}
      {detail && <Detail detail={detail} />}
    </section>
  );
}

function Row({ item }: { item: Consultation }) {
  return (
    <tr data-testid="consultation-row" data-consultation={item.id}>
      <th scope="row">
        <button type="button" class="link" data-testid="consultation-open" onClick={() => void open(item.id)}>
          {item.number}
        </button>
      </th>
      <td>{dayAndTime(item.requested_at)}</td>
      <td>
        {item.line} <small>{item.language}</small>
      </td>
      <td>{item.counsellor_name ?? '–'}</td>
      <td>{t(`admin.status.${item.status}`)}</td>
      <td>{item.result_code ?? '–'}</td>
      <td class="figure">{item.rating ?? '–'}</td>
    </tr>
  );
}

function Detail({ detail }: { detail: ConsultationDetail }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (shown && !shown.open) shown.showModal();
    // The browser would focus the button at the far end of a long record, and scroll there.
    heading.current?.focus();
    return () => shown?.close();
  }, []);
  const shut = () => store.dispatch({ type: 'shut' });
  const facts: ReadonlyArray<[string, string | number | null | undefined]> = [
    [t('admin.status'), t(`admin.status.${detail.status}`)],
    [t('admin.line'), `${detail.line} ${detail.language}`],
    [t('admin.nickname'), detail.nickname],
    [t('admin.counsellor'), detail.counsellor_name],
    [t('admin.requested'), dayAndTime(detail.requested_at)],
    [t('admin.matched'), dayAndTime(detail.matched_at)],
    [t('admin.ended'), dayAndTime(detail.ended_at)],
    [t('admin.end_reason'), ending(detail)],
    [t('admin.result'), detail.result_code],
    [t('admin.memo'), detail.memo],
    [t('admin.score'), detail.rating],
    [t('admin.comment'), detail.rating_comment],
  ];
  return (
    <dialog ref={dialog} class="confirm detail" aria-labelledby="detail" data-testid="consultation" onClose={shut}>
      <h2 id="detail" ref={heading} tabIndex={-1}>{t('admin.detail', { number: detail.number })}</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? '–'}</dd>
          </div>
        ))}
      </dl>
      <h3>{t('chat.messages')}</h3>
      <ol class="stack tight">
        {detail.messages.map((message) => (
          <li key={message.seq} data-testid="message" data-seq={message.seq}>
            <small>
              {speaker(detail, message.from)} · {clockTime(message.at)}
            </small>
            <p class="recorded">{message.body}</p>
          </li>
        ))}
      </ol>
      <div class="actions">
        <button type="button" data-testid="consultation-close" onClick={shut}>
          {t('common.close')}
        </button>
      </div>
    </dialog>
  );
}

function speaker(detail: ConsultationDetail, from: string): string {
  const member = detail.members.find((one) => one.member === from);
  return member ? member.name || t(`role.${member.role}`) : '–';
}

/** Why it ended, in words; without a room the reasons are those a desk is told. */
function ending({ end_reason, matched_at }: ConsultationDetail): string | null {
  if (!end_reason) return null;
  return matched_at ? t(`counsellor.ended.${end_reason as EndReason}`) : t(`desk.closed.${end_reason as ClosedReason}`);
}
