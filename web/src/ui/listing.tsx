import type { ComponentChildren } from 'preact';

import { t } from '../lib/i18n';
import type { List } from '../lib/list';
import type { One } from '../lib/one';
import { say, type Said } from '../lib/said';

/** That something went wrong, and a way to try again. */
export function Failed({ trouble, onAgain }: { trouble: Said; onAgain(): void }) {
  return (
    <div class="failed" role="alert" data-testid="failed">
      <p class="trouble">{say(trouble)}</p>
      <button type="button" data-testid="again" onClick={onAgain}>
        {t('common.again')}
      </button>
    </div>
  );
}

export function Loading() {
  return (
    <p class="hint" role="status" data-testid="loading">
      {t('common.loading')}
    </p>
  );
}

interface ListingProps<Item, Filter> {
  list: List<Item, Filter>;
  /** Said when there is nothing: what to do about it. */
  none: ComponentChildren;
  children(items: readonly Item[]): ComponentChildren;
}

/** A list in all its states. */
export function Listing<Item, Filter>({ list, none, children }: ListingProps<Item, Filter>) {
  const { status, items, next, trouble } = list.state.value;
  return (
    <>
      {items.length > 0 && children(items)}
      {status === 'READY' && items.length === 0 && (
        <div class="none" data-testid="none">
          {none}
        </div>
      )}
      {status === 'LOADING' && <Loading />}
      {trouble && <Failed trouble={trouble} onAgain={() => void list.more()} />}
      {next !== null && status === 'READY' && (
        <button type="button" class="more" data-testid="more" onClick={() => void list.more()}>
          {t('common.more')}
        </button>
      )}
    </>
  );
}

/** One thing in all its states. */
export function Shown<Item>({ one, children }: { one: One<Item>; children(item: Item): ComponentChildren }) {
  const state = one.state.value;
  switch (state.status) {
    case 'LOADING':
      return <Loading />;
    case 'FAILED':
      return <Failed trouble={state.trouble} onAgain={() => void one.load()} />;
    case 'READY':
      return <>{children(state.item)}</>;
  }
}
