import type { ComponentChildren } from 'preact';

import { LanguageSwitch } from './language';

/** A page with one card in the middle. */
export function PlainPage({ children }: { children: ComponentChildren }) {
  return (
    <main class="log-in">
      <header class="bar">
        <LanguageSwitch />
      </header>
      {children}
    </main>
  );
}

interface NoteProps {
  title: string;
  testid: string;
  why?: string;
  children: ComponentChildren;
}

/** How it went, read aloud when it appears. */
export function Note({ title, testid, why, children }: NoteProps) {
  return (
    <section class="card stack" data-testid={testid} data-why={why}>
      <div role="status">
        <h1>{title}</h1>
      </div>
      {children}
    </section>
  );
}
