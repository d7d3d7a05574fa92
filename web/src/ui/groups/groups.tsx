import { useEffect, useState } from 'preact/hooks';

import { officeTime } from '../../lib/format';
import { GROUPS, readGroups, type GroupRoom } from '../../lib/groups';
import { t } from '../../lib/i18n';
import { One } from '../../lib/one';
import { format, go } from '../../lib/route';
import { Face } from '../face';
import { Shown } from '../listing';
import './groups.css';
import { NewGroup, ShareGroup } from './sheets';
import { StaffRoom } from './staff-room';

interface Props {
  /** The room that is open; null for the list of them. */
  id: string | null;
  /** One's own account, and whether they may end the rooms of others. */
  me: string;
  manages: boolean;
  /** A look at the log-in is due. */
  onFarewell(): void;
}

/** The group rooms of the office: the list, or one of them. */
export function Groups({ id, me, manages, onFarewell }: Props) {
  if (id !== null) return <StaffRoom key={id} id={id} me={me} manages={manages} onFarewell={onFarewell} />;
  return <GroupList />;
}

function GroupList() {
  const [rooms] = useState(() => new One(readGroups));
  const [isMaking, setMaking] = useState(false);
  const [shared, setShared] = useState<GroupRoom | null>(null);
  useEffect(() => void rooms.load(), [rooms]);
  return (
    <section class="groups stack" data-testid="groups" aria-label={t('groups.title')}>
      <header class="head">
        <h2>{t('groups.title')}</h2>
        <div class="actions">
          <button type="button" class="quiet" data-testid="groups-reload" onClick={() => void rooms.load()}>
            {t('groups.reload')}
          </button>
          <button type="button" class="primary" data-testid="group-new" onClick={() => setMaking(true)}>
            {t('groups.new')}
          </button>
        </div>
      </header>
      <Shown one={rooms}>
        {(items) =>
          items.length === 0 ? (
            <p class="card" data-testid="groups-none">
              {t('groups.none')}
            </p>
          ) : (
            <ul class="group-list">
              {items.map((each) => (
                <Row key={each.id} group={each} onShare={() => setShared(each)} />
              ))}
            </ul>
          )
        }
      </Shown>
      {isMaking && (
        <NewGroup
          onMade={(made) => {
            setMaking(false);
            setShared(made);
            void rooms.load();
          }}
          onShut={() => setMaking(false)}
        />
      )}
      {shared && (
        <ShareGroup
          id={shared.id}
          title={shared.title}
          onShut={() => setShared(null)}
        />
      )}
    </section>
  );
}

function Row({ group, onShare }: { group: GroupRoom; onShare(): void }) {
  const { id, title, info, picture, creator, members, opened_at } = group;
  return (
    <li class="card group-row" data-testid="group-row">
      <Face id={id} name={title} picture={picture} large />
      <div class="group-what">
        <h3>
          <a href={format(GROUPS, id)} data-testid="group-open">
            <bdi>{title}</bdi>
          </a>
        </h3>
        {info && <p dir="auto">{info}</p>}
        <small>
          {t('room.members', { count: members })} · {t('groups.since', { at: officeTime(opened_at) })}
          {creator && ` · ${creator.name}`}
        </small>
      </div>
      <div class="group-acts">
        <button type="button" data-testid="group-share" onClick={onShare}>
          {t('groups.share')} <span class="sr-only">{title}</span>
        </button>
        <button type="button" class="primary" onClick={() => go(GROUPS, id)}>
          {t('groups.open')} <span class="sr-only">{title}</span>
        </button>
      </div>
    </li>
  );
}
