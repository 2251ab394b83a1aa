import { type ReactNode, type RefObject, useMemo, useRef } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Preferences } from '../actions/core/preferences.ts';
import { startSessions } from '../actions/session-actions.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useActions, useKeyLayer, useMouse } from '../hooks/use-keys.ts';
import { useSessionHandlers } from '../hooks/use-session-actions.ts';
import type { KeyScreen } from '../keys/keymap.ts';
import { editField, emptyField, type Field, insertText, showField } from '../paint/field.ts';
import { type Line, layout, place, textLine } from '../paint/line.ts';
import { activeIncident } from '../view-models/banners.ts';
import type { ColumnId } from '../view-models/columns.ts';
import { type Damped, dampCpu } from '../view-models/damp.ts';
import { cursorIndex, fleetItems, fleetScreen, rowUnderCursor, targetsOf } from '../view-models/fleet-screen.ts';
import { groupKeys, type Order, type SortKey, settle, sortKeys } from '../view-models/order.ts';
import { detailCell, isTrouble } from '../view-models/session-cells.ts';
import { Lines } from '../widgets/lines.tsx';

/** What the fleet screen keeps while another screen is open. */
export interface FleetUi {
  readonly cursorId: string | null;
  readonly marks: ReadonlySet<string>;
  readonly filter: Field;
  readonly typing: boolean;
  readonly troubleOnly: boolean;
  /** How many of the metric columns are pushed out at the left. */
  readonly shift: number;
}

export const initialFleetUi: FleetUi = {
  cursorId: null,
  marks: new Set(),
  filter: emptyField,
  typing: false,
  troubleOnly: false,
  shift: 0,
};

export interface FleetMemory {
  order: Order;
  damped: Damped;
  top: number;
}

const shiftable: readonly ColumnId[] = ['mem', 'cpu', 'last', 'inOut', 'restarts', 'trend', 'cost', 'ai'];
const sortColumns: Readonly<Record<SortKey, ColumnId | null>> = {
  default: null,
  name: 'name',
  waiting: 'waiting',
  cpu: 'cpu',
  mem: 'mem',
  restarts: 'restarts',
  cost: 'cost',
  last: 'last',
};
const screens: readonly KeyScreen[] = ['fleet'];

export const FleetScreen = ({
  ui,
  setUi,
  memory,
  preferences,
  frozen,
  lastKeyAt,
}: {
  readonly ui: FleetUi;
  readonly setUi: (change: (before: FleetUi) => FleetUi) => void;
  readonly memory: RefObject<FleetMemory>;
  readonly preferences: Preferences;
  readonly frozen: boolean;
  readonly lastKeyAt: () => number | null;
}): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t, snapshot } = view;
  const kept = memory.current;
  kept.order = settle(kept.order, {
    sessions: snapshot.sessions,
    now: view.now,
    sort: preferences.sort,
    frozen,
    lastKeyAt: lastKeyAt(),
  });
  kept.damped = dampCpu(kept.damped, snapshot.sessions, view.now);
  const choice = { filter: ui.filter.text, troubleOnly: ui.troubleOnly, groupBy: preferences.groupBy };
  const items = fleetItems(view, kept.order, choice);
  const at = cursorIndex(items, ui.cursorId);
  const cursorId = items[at]?.id ?? null;
  const under = rowUnderCursor(items, ui.cursorId);
  const byId = useMemo(() => new Map(snapshot.sessions.map((row) => [row.id, row])), [snapshot.sessions]);
  const marks = useMemo(() => new Set([...ui.marks].filter((id) => byId.has(id))), [ui.marks, byId]);
  const marked = [...marks].flatMap((id) => byId.get(id) ?? []);
  const many: readonly SessionRow[] = marked.length > 0 ? marked : under === null ? [] : [under];

  const message = useStatusLine();
  const shown = targetsOf(items).length;
  const filterLine = (): Line | null => {
    if (ui.typing) return layout([place(0, ` /${showField(ui.filter, view.columns - 6)}`)], view.columns - 1);
    if (ui.filter.text !== '') return textLine(` ${t.fleet.filtered(ui.filter.text, shown, snapshot.sessions.length)}`);
    if (ui.troubleOnly) return textLine(` ${t.fleet.troubleOnly(shown)}`);
    return null;
  };
  const hidden = new Set<ColumnId>([...preferences.hiddenColumns, ...shiftable.slice(0, ui.shift)]);
  const screen = fleetScreen(view, items, {
    order: kept.order,
    choice,
    cursorId,
    top: kept.top,
    marks,
    damped: kept.damped,
    hidden,
    sorted: sortColumns[preferences.sort],
    status: ui.typing ? filterLine() : (message ?? filterLine()),
  });
  kept.top = screen.top;

  const setCursor = (index: number) => {
    const item = items[index];
    if (item !== undefined && item.kind !== 'heading') setUi((before) => ({ ...before, cursorId: item.id }));
    return true;
  };
  /** From where the cursor is by then: several moves may come in one read, before anything is drawn again. */
  const move = (by: number) => {
    const step = by < 0 ? -1 : 1;
    setUi((before) => {
      const from = cursorIndex(items, before.cursorId);
      let index = from;
      let left = Math.abs(by);
      for (let next = from + step; next >= 0 && next < items.length && left > 0; next += step) {
        if (items[next]?.kind === 'heading') continue;
        index = next;
        left -= 1;
      }
      const item = items[index];
      return item === undefined || item.id === before.cursorId ? before : { ...before, cursorId: item.id };
    });
    return true;
  };
  const edge = (last: boolean) =>
    setCursor(
      last ? items.findLastIndex(({ kind }) => kind !== 'heading') : items.findIndex(({ kind }) => kind !== 'heading'),
    );
  const half = Math.max(1, Math.floor(screen.bodyHeight / 2));
  const nextTrouble = (step: 1 | -1) => {
    const count = items.length;
    for (let n = 1; n <= count; n += 1) {
      const index = (at + step * n + count * n) % count;
      const item = items[index];
      if (item?.kind === 'session' && (choice.filter !== '' || isTrouble(item.row))) return setCursor(index);
    }
    act.notify(t.result.noMatch);
    return true;
  };
  const open = () => {
    const item = items[at];
    if (item?.kind === 'incident') act.go({ screen: 'incidents' });
    if (item?.kind !== 'session') return true;
    if (item.row.verdict === 'logged_out') startSessions(act, [item.row]);
    act.go({ screen: 'session', id: item.id, tab: 1 });
    return true;
  };
  const sessionHandlers = useSessionHandlers(under, many);
  useActions(screens, {
    ...sessionHandlers,
    up: () => move(-1),
    down: () => move(1),
    first: () => edge(false),
    last: () => edge(true),
    'half-up': () => move(-half),
    'half-down': () => move(half),
    left: () => {
      setUi((before) => ({ ...before, shift: Math.max(0, before.shift - 1) }));
      return true;
    },
    right: () => {
      setUi((before) => ({ ...before, shift: Math.min(shiftable.length, before.shift + 1) }));
      return true;
    },
    'next-pane': () => move(1),
    'previous-pane': () => move(-1),
    open,
    back: () => {
      setUi((before) => {
        if (before.filter.text !== '') return { ...before, filter: emptyField };
        if (before.marks.size > 0) return { ...before, marks: new Set() };
        return { ...before, troubleOnly: false };
      });
      return true;
    },
    filter: () => {
      setUi((before) => ({ ...before, typing: true }));
      return true;
    },
    'next-match': () => nextTrouble(1),
    'previous-match': () => nextTrouble(-1),
    mark: () => {
      if (under !== null)
        setUi((before) => {
          const next = new Set(before.marks);
          if (!next.delete(under.id)) next.add(under.id);
          return { ...before, marks: next };
        });
      return move(1);
    },
    'mark-all': () => {
      const ids = items.flatMap((item) => (item.kind === 'session' ? [item.id] : []));
      setUi((before) => ({ ...before, marks: ids.every((id) => before.marks.has(id)) ? new Set() : new Set(ids) }));
      return true;
    },
    'trouble-only': () => {
      setUi((before) => ({ ...before, troubleOnly: !before.troubleOnly }));
      return true;
    },
    sort: () => {
      const next = sortKeys[(sortKeys.indexOf(preferences.sort) + 1) % sortKeys.length] ?? 'default';
      act.prefer({ sort: next });
      act.notify(t.fleet.sortedBy(t.fleet.sort[next]));
      return true;
    },
    group: () => {
      const next = groupKeys[(groupKeys.indexOf(preferences.groupBy) + 1) % groupKeys.length] ?? 'state';
      act.prefer({ groupBy: next });
      act.notify(t.fleet.groupedBy(t.fleet.group[next]));
      return true;
    },
    qr: () => {
      act.go({ screen: 'qr-wall' });
      return true;
    },
    copy: () => {
      const item = items[at];
      if (item?.kind === 'incident') act.copy(item.incident.clientText, t.incident.clientText);
      else if (under !== null)
        act.copy(`${under.name}  ${t.verdict[under.verdict]}  ${detailCell(under, view, true)}`, under.name);
      return true;
    },
    why: () => {
      const inTrouble = under !== null && isTrouble(under);
      // While an incident runs its banner says `x details`: only a row with trouble of its own comes before it.
      if (activeIncident(view) !== null && !inTrouble) act.go({ screen: 'incidents' });
      else sessionHandlers.why?.({ action: 'why', keys: ['x'], on: 'all' });
      return true;
    },
  });
  useKeyLayer(
    {
      priority: layer.field,
      insert: (text) => setUi((before) => ({ ...before, filter: insertText(before.filter, text, 200) })),
      press: (key) => {
        if (key.name === 'ctrl+c') return false;
        if (key.name === 'enter') setUi((before) => ({ ...before, typing: false }));
        else if (key.name === 'esc') setUi((before) => ({ ...before, typing: false, filter: emptyField }));
        else if (key.name === 'up') move(-1);
        else if (key.name === 'down') move(1);
        else setUi((before) => ({ ...before, filter: editField(before.filter, key) ?? before.filter }));
        return true;
      },
    },
    ui.typing,
  );
  const clicked = useRef<string | null>(null);
  useMouse(({ kind, row }) => {
    if (frozen) return;
    if (kind === 'wheel-up') move(-3);
    else if (kind === 'wheel-down') move(3);
    else {
      const index = screen.top + row - screen.bodyTop;
      const item = items[index];
      if (row < screen.bodyTop || row >= screen.bodyTop + screen.bodyHeight || item === undefined) return;
      if (item.id === cursorId && clicked.current === item.id) open();
      else setCursor(index);
      clicked.current = item.id;
    }
  });
  return <Lines lines={screen.lines} theme={view.theme} />;
};
