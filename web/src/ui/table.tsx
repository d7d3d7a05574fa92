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
}

/** A table whose first column names its rows. On a narrow screen each row becomes a card of its own. */
export function Table<Item>({ columns, items, idOf, testid, caption }: Props<Item>) {
  const [first, ...others] = columns;
  return (
    <table class="folding">
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
  );
}
