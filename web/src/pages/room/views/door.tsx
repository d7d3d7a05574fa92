import { useId, useState } from 'preact/hooks';

import type { Invitation } from '../../../lib/api.gen';
import { t } from '../../../lib/i18n';
import { GUEST_NAME_CHARS_MAX } from '../../../lib/protocol.gen';
import { isBlank, tooLong } from '../../../lib/words';
import { Face } from '../../../ui/face';
import { PictureField } from '../../../ui/groups/picture';
import type { Stay } from '../stay';

/** What the room is, and how one wants to be known in it. */
export function Door({ stay, invitation }: { stay: Stay; invitation: Invitation }) {
  const { title, info, picture, members, full } = invitation;
  return (
    <section class="card stack" data-testid="door">
      <header class="door-head">
        <Face id={title} name={title} picture={picture} large />
        <div>
          <h1 tabIndex={-1}>
            <bdi>{title}</bdi>
          </h1>
          <p class="hint">{t('room.members', { count: members })}</p>
        </div>
      </header>
      {info && (
        <p class="door-info" dir="auto">
          {info}
        </p>
      )}
      {full ? <Full onAgain={() => void stay.look()} /> : <Join stay={stay} />}
    </section>
  );
}

function Full({ onAgain }: { onAgain(): void }) {
  return (
    <div class="stack" data-testid="door-full">
      <p class="notice" role="status">
        {t('room.full')}
      </p>
      <button type="button" class="primary huge" data-testid="door-again" onClick={onAgain}>
        {t('room.full.again')}
      </button>
    </div>
  );
}

function Join({ stay }: { stay: Stay }) {
  const { guest, ticket, stage } = stay.state.value;
  const trouble = stage.at === 'DOOR' ? stage.trouble : null;
  const [asked, setAsked] = useState(false);
  const id = useId();
  const nickname = guest.nickname.trim();
  const long = tooLong(nickname, GUEST_NAME_CHARS_MAX);
  const missing = asked && isBlank(nickname);
  return (
    <form
      class="stack"
      autocomplete="off"
      data-testid="door-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (!isBlank(nickname) && !long) stay.join();
        else document.getElementById(id)?.focus();
      }}
    >
      <div class="field">
        <label for={id}>{t('room.nickname')}</label>
        <input
          id={id}
          name="nickname"
          value={guest.nickname}
          autocomplete="off"
          data-testid="guest-nickname"
          aria-describedby={`${id}-hint ${id}-fault`}
          {...((long || missing || trouble) && { 'aria-invalid': 'true' as const })}
          onInput={(event) => stay.type({ nickname: event.currentTarget.value })}
        />
        <small id={`${id}-hint`}>{t('room.nickname.hint', { max: GUEST_NAME_CHARS_MAX })}</small>
        <p id={`${id}-fault`} class="trouble" role="alert" data-testid="nickname-fault">
          {long
            ? t(long.key, long.values)
            : missing
              ? t('room.nickname.missing')
              : trouble && t(trouble === 'NAME_TAKEN' ? 'room.nickname.taken' : 'room.nickname.refused')}
        </p>
      </div>
      <PictureField
        label={t('room.picture')}
        name={guest.nickname}
        picture={guest.picture}
        guest={ticket}
        onPicture={(picture) => stay.type({ picture })}
      />
      <p class="hint">{t('room.privacy')}</p>
      <button class="primary huge" data-testid="guest-join">
        {t('room.join')}
      </button>
    </form>
  );
}
