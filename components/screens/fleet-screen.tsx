import { type ReactNode, useRef } from 'react';
import { useView } from '../hooks/contexts.ts';
import { useFilterField } from '../hooks/use-filter-field.ts';
import { type FleetCursor, useFleetCursor, useFleetKeys } from '../hooks/use-fleet-keys.ts';
import { type FleetTable, type FleetTableInput, useFleetTable } from '../hooks/use-fleet-table.ts';
import { useMouse } from '../hooks/use-keys.ts';
import type { FleetUi } from '../view-models/fleet/fleet-ui.ts';
import { Lines } from '../widgets/lines.tsx';

/** The wheel moves the cursor; a press puts it on a row, a second one on the same row opens it. */
const useFleetMouse = ({ items, cursorId, screen }: FleetTable, cursor: FleetCursor, frozen: boolean): void => {
  const clicked = useRef<string | null>(null);
  useMouse(({ kind, row }) => {
    if (frozen) return;
    if (kind === 'wheel-up') cursor.by(-3);
    else if (kind === 'wheel-down') cursor.by(3);
    else {
      const index = screen.window.visible[row - screen.bodyTop]?.index;
      const item = index === undefined ? undefined : items[index];
      if (index === undefined || item === undefined) return;
      if (item.id === cursorId && clicked.current === item.id) cursor.open();
      else cursor.to(index);
      clicked.current = item.id;
    }
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
  useFleetMouse(table, cursor, input.frozen);

  return <Lines lines={table.screen.lines} theme={theme} />;
};
