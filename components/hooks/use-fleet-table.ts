import { type RefObject, useMemo } from 'react';
import type { SessionRow } from '../../src/protocol/fleet.ts';
import type { Preferences } from '../actions/core/preferences.ts';
import { showField } from '../paint/field.ts';
import { type Line, layout, place, textLine } from '../paint/line.ts';
import { bannerLines } from '../view-models/fleet/banners.ts';
import type { ColumnId } from '../view-models/fleet/columns.ts';
import { dampCpu } from '../view-models/fleet/damp.ts';
import { type Choice, cursorIndex, fleetItems, type Item, targetsOf } from '../view-models/fleet/fleet-items.ts';
import { keepPlan } from '../view-models/fleet/fleet-plan.ts';
import { type FleetScreen, fleetScreen } from '../view-models/fleet/fleet-screen.ts';
import { type FleetMemory, type FleetUi, shiftableColumns } from '../view-models/fleet/fleet-ui.ts';
import { type SortKey, settle } from '../view-models/fleet/order.ts';
import { trafficOf } from '../view-models/fleet/traffic.ts';
import { useStatusLine, useView } from './contexts.ts';
import { useFleetExtra } from './use-fleet-extra.ts';

export interface FleetTable {
  readonly items: readonly Item[];
  /** Index of the item under the cursor, and its id. */
  readonly at: number;
  readonly cursorId: string | null;
  /** The session under the cursor. */
  readonly under: SessionRow | null;
  /** What a key of a session acts on: the marked sessions, or else the one under the cursor. */
  readonly many: readonly SessionRow[];
  readonly choice: Choice;
  readonly screen: FleetScreen;
}

export interface FleetTableInput {
  readonly ui: FleetUi;
  readonly memory: RefObject<FleetMemory>;
  readonly preferences: Preferences;
  /** A dialog is open: no row moves. */
  readonly frozen: boolean;
  readonly lastKeyAt: () => number | null;
}

/** Which head shows it; who needs nobody stands by name. */
const sortColumns: Readonly<Record<SortKey, ColumnId>> = {
  default: 'name',
  name: 'name',
  waiting: 'waiting',
  cpu: 'cpu',
  mem: 'mem',
  restarts: 'restarts',
  cost: 'cost',
  last: 'last',
};

/** The fleet table of this frame: which rows, in which order, which of them are chosen, and the lines that show them. */
export const useFleetTable = ({ ui, memory, preferences, frozen, lastKeyAt }: FleetTableInput): FleetTable => {
  const view = useView();
  const message = useStatusLine();
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
  kept.traffic = trafficOf(kept.traffic, snapshot.sessions, view.now);

  const choice = { filter: ui.filter.text, troubleOnly: ui.troubleOnly, groupBy: preferences.groupBy };
  const items = fleetItems(view, kept.order, choice);
  const at = cursorIndex(items, ui.cursorId);
  const item = items[at];
  const cursorId = item?.id ?? null;
  const under = item?.kind === 'session' ? item.row : null;
  const byId = useMemo(() => new Map(snapshot.sessions.map((row) => [row.id, row])), [snapshot.sessions]);
  const marks = useMemo(() => new Set([...ui.marks].filter((id) => byId.has(id))), [ui.marks, byId]);
  const marked = [...marks].flatMap((id) => byId.get(id) ?? []);

  const filterLine = (): Line | null => {
    const shown = targetsOf(items).length;
    if (ui.typing) return layout([place(0, ` /${showField(ui.filter, view.columns - 6)}`)], view.columns - 1);
    if (ui.filter.text !== '') return textLine(` ${t.fleet.filtered(ui.filter.text, shown, snapshot.sessions.length)}`);
    if (ui.troubleOnly) return textLine(` ${t.fleet.troubleOnly(shown)}`);
    return null;
  };
  kept.plan = keepPlan(kept.plan, view, bannerLines(view).length);
  const extra = useFleetExtra(kept.plan.plan, under);
  const screen = fleetScreen(view, items, {
    plan: kept.plan.plan,
    extra,
    order: kept.order,
    choice,
    cursorId,
    top: kept.top,
    marks,
    damped: kept.damped,
    traffic: kept.traffic,
    hidden: new Set<ColumnId>([...preferences.hiddenColumns, ...shiftableColumns.slice(0, ui.shift)]),
    sorted: sortColumns[preferences.sort],
    status: ui.typing ? filterLine() : (message ?? filterLine()),
  });
  kept.top = screen.top;

  const many = marked.length > 0 ? marked : under === null ? [] : [under];
  return { items, at, cursorId, under, many, choice, screen };
};
