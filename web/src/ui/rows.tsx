import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

import { led, shownAt, spanOf } from '../lib/span';
import './rows.css';

interface Props {
  /** What the list is of, for those who do not see it. */
  label: string;
  /** The rows in their order. */
  ids: ReadonlySignal<readonly string[]>;
  /** The cells of the head, each a `columnheader`. */
  head: ComponentChildren;
  /** The cells of a row; `active` is the row the keys are at, whose buttons alone are tabbed to. */
  row(id: string, active: ReadonlySignal<string | null>): ComponentChildren;
  testid: string;
  /** Enter on a row. */
  onOpen?(id: string): void;
}

/** As the list is laid out now. */
interface Layout {
  row_px: number;
  head_px: number;
  height_px: number;
}

/**
 * A list of any length of which only the rows on screen are drawn. Rows are as high as `--row` says. The arrow keys
 * walk it; the row they are at stays drawn wherever one scrolls, so that the focus is never lost, and what is on
 * screen stays where it is when rows above it come or go.
 */
export function Rows({ label, ids, head, row, testid, onOpen }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const layout = useSignal<Layout>({ row_px: 0, head_px: 0, height_px: 0 });
  const first = useSignal(0);
  const end = useSignal(0);
  const active = useSignal<string | null>(null);
  const wasAt = useRef(0);
  const top = useRef<{ id: string; index: number } | null>(null);
  const hasFocus = useRef(false);

  const list = ids.value;
  const { row_px, head_px, height_px } = layout.value;
  const found = active.value === null ? -1 : list.indexOf(active.value);
  const at = found >= 0 ? found : Math.min(wasAt.current, list.length - 1);
  wasAt.current = Math.max(0, at);

  function look() {
    const shown = box.current;
    if (!shown) return;
    const span = spanOf(list.length, row_px, shown.scrollTop, shown.clientHeight - head_px);
    first.value = span.first;
    end.value = span.end;
    const index = Math.floor(shown.scrollTop / (row_px || 1));
    const id = list[index];
    top.current = id === undefined || index === 0 ? null : { id, index };
  }

  useEffect(() => {
    const shown = box.current!;
    const measure = () => {
      const heads = shown.querySelector<HTMLElement>('.rows-head')!;
      const probe = shown.querySelector<HTMLElement>('.rows-probe')!;
      const next = { row_px: probe.offsetHeight, head_px: heads.offsetHeight, height_px: shown.clientHeight };
      const now = layout.peek();
      if (next.row_px !== now.row_px || next.head_px !== now.head_px || next.height_px !== now.height_px) {
        layout.value = next;
      }
    };
    const sizes = new ResizeObserver(measure);
    sizes.observe(shown);
    sizes.observe(shown.querySelector('.rows-probe')!);
    measure();
    return () => sizes.disconnect();
  }, [layout]);

  useLayoutEffect(() => {
    const shown = box.current!;
    const kept = top.current;
    const index = kept ? list.indexOf(kept.id) : -1;
    if (kept && index >= 0 && index !== kept.index) shown.scrollTop += (index - kept.index) * row_px;
    active.value = list[at] ?? null;
    // A row that had the focus and is gone leaves it to the one that took its place.
    if (hasFocus.current && document.activeElement === document.body) focus();
    look();
  }, [list, row_px, head_px, height_px]);

  function focus() {
    box.current?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')?.focus({ preventScroll: true });
  }

  /** The focus leaves the list, unless what had it was taken off the screen. */
  function leave(target: Node) {
    queueMicrotask(() => {
      if (target.isConnected && !box.current?.contains(document.activeElement)) hasFocus.current = false;
    });
  }

  function press(event: KeyboardEvent) {
    const isRow = (event.target as HTMLElement).role === 'row';
    if (event.key === 'Enter' && isRow && active.value !== null && onOpen) {
      event.preventDefault();
      return onOpen(active.value);
    }
    const page = Math.max(1, Math.floor((height_px - head_px) / (row_px || 1)) - 1);
    const to = led(event.key, at, list.length, page);
    if (to === null) return;
    event.preventDefault();
    const shown = box.current!;
    shown.scrollTop = shownAt(to, row_px, shown.scrollTop, shown.clientHeight - head_px);
    active.value = list[to]!;
    look();
    requestAnimationFrame(focus);
  }

  const drawn: number[] = [];
  for (let index = first.value; index < Math.min(end.value, list.length); index += 1) drawn.push(index);
  if (at >= 0 && row_px > 0 && (at < first.value || at >= end.value)) drawn.push(at);
  return (
    <div
      ref={box}
      class="rows"
      role="grid"
      aria-label={label}
      aria-rowcount={list.length + 1}
      onScroll={look}
      onKeyDown={press}
      onFocusIn={() => (hasFocus.current = true)}
      onFocusOut={(event) => leave(event.target as Node)}
    >
      <div class="rows-head" role="rowgroup">
        <div class="row" role="row" aria-rowindex={1}>
          {head}
        </div>
      </div>
      <div class="rows-body" role="rowgroup" style={{ height: `${list.length * row_px}px` }}>
        <div class="rows-probe" role="presentation" />
        {drawn.map((index) => {
          const id = list[index]!;
          return (
            <div
              key={id}
              class="row"
              role="row"
              aria-rowindex={index + 2}
              tabIndex={index === at ? 0 : -1}
              style={{ transform: `translateY(${index * row_px}px)` }}
              data-testid={testid}
              data-id={id}
              onFocusIn={() => (active.value = id)}
            >
              {row(id, active)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
