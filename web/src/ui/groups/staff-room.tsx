import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { GROUPS, isUnknown, readGroup } from '../../lib/groups';
import { t } from '../../lib/i18n';
import { One } from '../../lib/one';
import type { RoomId } from '../../lib/protocol.gen';
import { Room } from '../../lib/room';
import { listOf } from '../../lib/route';
import { socketUrl } from '../../lib/socket';
import { ConnectionLine } from '../connection';
import { Face } from '../face';
import { GroupConversation } from './conversation';
import { EditGroup, EndGroup, ShareGroup, type Editable } from './sheets';

async function isGone(room: RoomId): Promise<boolean> {
  try {
    return (await readGroup(room)).status === 'ENDED';
  } catch (error) {
    return isUnknown(error);
  }
}

interface Props {
  id: RoomId;
  me: string;
  manages: boolean;
  onFarewell(): void;
}

/** A group room as staff sit in it. Whoever goes elsewhere gives the seat up. `key` it by the room. */
export function StaffRoom({ id, me, manages, onFarewell }: Props) {
  const [room] = useState(
    () => new Room(id, { url: (of) => socketUrl('/ws/room', { room: of }), isGone, farewell: onFarewell }),
  );
  const [about] = useState(() => new One(() => readGroup(id)));
  useEffect(() => {
    room.start();
    void about.load();
    const looked = () => room.looked();
    document.addEventListener('visibilitychange', looked);
    return () => {
      document.removeEventListener('visibilitychange', looked);
      if (!room.state.peek().conversation?.ended) room.leave();
      room.stop();
    };
  }, [room, about]);
  const { connection, conversation, seat, gone, stopped } = room.state.value;
  const back = (
    <a href={listOf(GROUPS)} data-testid="group-back">
      {t('groups.back')}
    </a>
  );
  if (gone || (!seat && stopped === 'DONE')) {
    return (
      <section class="card stack" data-testid="group-gone">
        <h2>{t('groups.gone')}</h2>
        <p role="status">{t('groups.gone.detail')}</p>
        {back}
      </section>
    );
  }
  if (!seat || !conversation) {
    return (
      <section class="card stack">
        <p role="status">{t(`connection.${connection === 'OPEN' ? 'CONNECTING' : connection}`)}</p>
        {back}
      </section>
    );
  }
  const group = about.state.value.status === 'READY' ? about.state.value.item : null;
  return (
    <section class="card group-room" data-testid="group-room" data-room={id} aria-label={seat.title}>
      <nav>{back}</nav>
      <Head
        editable={{ room: id, title: seat.title, info: seat.info, picture: seat.picture }}
        mayManage={manages || group?.creator?.id === me}
        isOver={conversation.ended !== null}
      />
      {conversation.ended ? (
        <p class="notice" role="status" data-testid="group-ended">
          {t(conversation.ended.reason === 'EXPIRED' ? 'groups.ended.EXPIRED' : 'groups.ended')}
        </p>
      ) : stopped ? (
        <div class="notice" role="status" data-testid="group-stopped">
          <p>{t(stopped === 'REPLACED' ? 'groups.elsewhere' : 'groups.stopped')}</p>
          <button type="button" onClick={() => room.start()}>
            {t(stopped === 'REPLACED' ? 'groups.elsewhere.take' : 'common.again')}
          </button>
        </div>
      ) : (
        <ConnectionLine connection={connection} quiet testid="room-connection" />
      )}
      <GroupConversation room={room} conversation={conversation} />
    </section>
  );
}

interface HeadProps {
  editable: Editable;
  mayManage: boolean;
  isOver: boolean;
}

type Asked = 'SHARE' | 'EDIT' | 'END';

function Head({ editable, mayManage, isOver }: HeadProps) {
  const { room, title, info, picture } = editable;
  const [asked, setAsked] = useState<Asked | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const shut = () => setAsked(null);
  return (
    <header class="group-head">
      <Face id={room} name={title} picture={picture} large />
      <div class="group-what">
        <h2 ref={heading} tabIndex={-1}>
          <bdi>{title}</bdi>
        </h2>
        {info && <p dir="auto">{info}</p>}
      </div>
      {!isOver && (
        <div class="actions group-acts">
          <button type="button" data-testid="group-share" onClick={() => setAsked('SHARE')}>
            {t('groups.share')}
          </button>
          {mayManage && (
            <>
              <button type="button" data-testid="group-edit" onClick={() => setAsked('EDIT')}>
                {t('groups.edit')}
              </button>
              <button type="button" data-testid="group-end" onClick={() => setAsked('END')}>
                {t('groups.end')}
              </button>
            </>
          )}
        </div>
      )}
      {asked === 'SHARE' && <ShareGroup id={room} title={title} onShut={shut} />}
      {asked === 'EDIT' && !isOver && <EditGroup group={editable} onDone={shut} />}
      {asked === 'END' && !isOver && <EndGroup group={editable} onDone={shut} />}
    </header>
  );
}
