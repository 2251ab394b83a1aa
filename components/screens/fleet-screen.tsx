import { type ReactNode, useRef } from 'react';
import { useView } from '../hooks/contexts.ts';
import { useFilterField } from '../hooks/use-filter-field.ts';
import { type FleetCursor, useFleetCursor, useFleetKeys } from '../hooks/use-fleet-keys.ts';
import { type FleetTable, type FleetTableInput, useFleetTable } from '../hooks/use-fleet-table.ts';
import { useMouse } from '../hooks/use-keys.ts';
import { wheelRows } from '../hooks/use-screen-mouse.ts';
import type { FleetUi } from '../view-models/fleet/fleet-ui.ts';
import { isOnScrollBar, scrolledTo } from '../view-models/fleet/table-mouse.ts';
import { Lines } from '../widgets/lines.tsx';

/**
 * The wheel moves the cursor; a press puts it on a row, a second one on the same row opens it. On the scroll bar a press or a drag shows
 * that part of the table, and the cursor goes there with it.
 */
const useFleetMouse = (
  { items, cursorId, screen }: FleetTable,
  cursor: FleetCursor,
  { frozen, memory }: Pick<FleetTableInput, 'frozen' | 'memory'>,
): void => {
  const clicked = useRef<string | null>(null);
  const dragging = useRef(false);
  const scroll = (row: number): void => {
    const place = scrolledTo(items, screen, row);
    if (place === null) return;
    memory.current.top = place.top;
    cursor.to(place.cursor);
  };

  const press = (row: number, column: number): void => {
    if (isOnScrollBar(screen, row, column)) {
      dragging.current = true;
      scroll(row);
      return;
    }
    if (column >= screen.tableWidth) return;
    const index = screen.window.visible[row - screen.bodyTop]?.index;
    const item = index === undefined ? undefined : items[index];
    if (index === undefined || item === undefined) return;
    if (item.id === cursorId && clicked.current === item.id) cursor.open();
    else cursor.to(index);
    clicked.current = item.id;
  };

  useMouse(({ kind, row, column }) => {
    if (kind === 'release') dragging.current = false;
    if (frozen) return;
    if (kind === 'wheel-up') cursor.by(-wheelRows);
    else if (kind === 'wheel-down') cursor.by(wheelRows);
    else if (kind === 'press') press(row, column);
    else if (kind === 'drag' && dragging.current) scroll(row);
  });
};

export const FleetScreen = ({
  setUi,
  ...input
}: FleetTableInput & {
  readonly setUi: (change: (before: FleetUi) => FleetUi) => void;
}): ReactNode => {
  const { theme } = useView();
  const table = useFleetTable(input);
  const cursor = useFleetCursor(table, setUi);
  useFleetKeys(table, cursor, setUi);
  useFilterField({
    typing: input.ui.typing,
    change: (edit) => setUi((before) => ({ ...before, filter: edit(before.filter) })),
    keep: () => setUi((before) => ({ ...before, typing: false })),
    clear: (empty) => setUi((before) => ({ ...before, typing: false, filter: empty })),
    also: ({ name }) => {
      if (name !== 'up' && name !== 'down') return false;
      cursor.by(name === 'up' ? -1 : 1);
      return true;
    },
  });
  useFleetMouse(table, cursor, input);

  return <Lines lines={table.screen.lines} theme={theme} />;
};
