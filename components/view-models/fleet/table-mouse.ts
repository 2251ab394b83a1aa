import type { Item } from './fleet-items.ts';
import type { FleetScreen } from './fleet-screen.ts';
import { scrollTo } from './table-lines.ts';

/** What a place on the scroll bar of the fleet's table means. */

type Shown = Pick<FleetScreen, 'window' | 'bodyTop' | 'tableWidth'>;

const barTop = ({ bodyTop, window }: Shown): number => bodyTop + window.pinned;

export const isOnScrollBar = (screen: Shown, row: number, column: number): boolean => {
  const { height, total } = screen.window;
  const at = row - barTop(screen);
  // Its neighbours count as it: one column is hard to hit.
  return total > height && Math.abs(column - (screen.tableWidth - 2)) <= 1 && at >= 0 && at < height;
};

/** The first item that stands below what is pinned, and a row in the middle of what is then seen; null: there is nothing to scroll. */
export const scrolledTo = (
  items: readonly Item[],
  screen: Shown,
  row: number,
): { readonly top: number; readonly cursor: number } | null => {
  const { height, total, pinned, top: before } = screen.window;
  if (total <= height) return null;

  const top = scrollTo(Math.max(0, Math.min(height - 1, row - barTop(screen))), height, total);
  if (top === before) return null;
  const wanted = pinned + top + Math.floor(height / 2);
  for (let step = 0; step < height; step += 1)
    for (const index of [wanted + step, wanted - step])
      if (items[index] !== undefined && items[index]?.kind !== 'heading') return { top, cursor: index };
  return null;
};
