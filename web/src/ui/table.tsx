import type { ComponentChildren } from 'preact';

export interface Column<Item> {
  head: string;
  cell(item: Item): ComponentChildren;
  /** Figures stand under one another. */
  figure?: boolean;
}

interface Props<Item> {
  columns: ReadonlyArray<Column<Item>>;
  items: readonly Item[];
  idOf(item: Item): string | number;
  testid: string;
  caption?: string;
  /** More columns than most screens have room for. */
  wide?: boolean;
}

/** A table whose first column names its rows. Where there is little room each row becomes a card of its own. */
export function Table<Item>({ columns, items, idOf, testid, caption, wide }: Props<Item>) {
  const [first, ...others] = columns;
  return (
    // Somebody without a mouse scrolls it by the arrows.
    <div class="table" {...(wide && { tabIndex: 0, role: 'region', 'aria-label': caption })}>
      <table>
        {caption && <caption class="sr-only">{caption}</caption>}
        <thead>
          <tr>
            {columns.map(({ head, figure }) => (
              <th key={head} scope="col" class={figure ? 'figure' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={idOf(item)} data-testid={testid} data-id={idOf(item)}>
              <th scope="row">{first?.cell(item)}</th>
              {others.map(({ head, cell, figure }) => (
                <td key={head} data-head={head} class={figure ? 'figure' : undefined}>
                  {cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
