import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

import { t } from '../lib/i18n';
import { listOf } from '../lib/route';

interface Props {
  title: string;
  /** Where its list is. */
  section: string;
  testid: string;
  children: ComponentChildren;
}

/** A view of one thing of a list. Its heading takes the focus, so that a reader begins there. */
export function Detail({ title, section, testid, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <section class="stack" data-testid={testid}>
      <header class="head">
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <a href={listOf(section)} data-testid="back">
          {t('common.to_list')}
        </a>
      </header>
      {children}
    </section>
  );
}
