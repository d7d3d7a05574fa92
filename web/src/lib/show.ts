import { render, type ComponentChild } from 'preact';

import { followTranslation } from './translated';

/** Draws a page, once; it draws itself anew from then on, in whatever language a browser turns it into. */
export function show(view: ComponentChild): void {
  const page = document.getElementById('page')!;
  followTranslation(page);
  render(view, page);
}
