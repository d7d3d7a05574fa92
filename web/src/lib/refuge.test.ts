import { beforeEach, expect, test } from 'vitest';

import { keepFocus } from './refuge';

const root = document.createElement('div');
document.body.append(root);
keepFocus(root);

const by = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
/** After the page has drawn, and the views have had their turn. */
const settled = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => setTimeout(resolve))));

beforeEach(() => {
  root.innerHTML = `
    <h1 id="page">Page</h1>
    <section><h2 id="first">First</h2><button id="other">Other</button></section>
    <section id="second"><h2 class="sr-only">Unseen</h2><h3 id="title">Second</h3><form id="form"><button id="send">Send</button></form></section>`;
});

test('what goes with the focus on it leaves the focus to the nearest title', async () => {
  by('send').focus();
  by('form').remove();
  await settled();
  expect(document.activeElement).toBe(by('title'));
  by('second').remove();
  await settled();
  expect(document.activeElement).toBe(by('page'));
});

test('a view that moves the focus itself comes first', async () => {
  by('send').focus();
  by('form').remove();
  by('other').focus();
  await settled();
  expect(document.activeElement).toBe(by('other'));
});

test('who left the field before it went is left alone', async () => {
  by('send').focus();
  by('send').blur();
  await Promise.resolve();
  by('form').remove();
  await settled();
  expect(document.activeElement).toBe(document.body);
});
