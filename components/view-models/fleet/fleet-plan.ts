import type { View } from '../view.ts';

/** Which parts the fleet screen has. Decided from the window and the number of sessions in steps of four, so that nothing jumps. */

export interface FleetPlan {
  /** Columns of the sidebar at the right; 0: there is none. */
  readonly side: number;
  readonly pulse: 'boxes' | 'row' | 'none';
  /** A blank row above the boxes, when rows are to spare. */
  readonly gap: boolean;
  /** Rows of the inspector; 0: there is none. */
  readonly inspector: number;
  /** Rows below it, for who wrote last and what happened; 0: there are none. */
  readonly below: number;
}

export interface PlanInput {
  readonly columns: number;
  readonly rows: number;
  readonly sessions: number;
  /** Rows of banners. */
  readonly banners: number;
}

export const sideWidth = 52;
export const boxRows = 7;
const inspectorRows = 8;
const lowInspectorRows = 6;
const leastBelow = 5;
const roomyBelow = 9;
const headerRows = 3;
/** Two rows of keys, and one for the last result. */
const footRows = 3;

/** So many rows as the table would like: its sessions in steps of four, and a heading for each group. */
const tableRows = (sessions: number): number => Math.ceil(sessions / 4) * 4 + 4;

const inspectorIn = (spare: number): number =>
  spare >= inspectorRows ? inspectorRows : spare >= lowInspectorRows ? lowInspectorRows : 0;

const widePlan = (spare: number): FleetPlan => {
  const inspector = inspectorIn(spare);
  // A blank row above the inspector, where the boxes below it keep a few lines.
  const blank = spare - inspector > roomyBelow ? 1 : 0;
  const below = spare - inspector - blank;
  return { side: sideWidth, pulse: 'none', gap: false, inspector, below: below >= leastBelow ? below : 0 };
};

export const fleetPlan = ({ columns, rows, sessions, banners }: PlanInput): FleetPlan => {
  const foot = rows - footRows;
  const used = headerRows + banners + tableRows(sessions) + 1;
  if (columns >= 160) return widePlan(foot - used);

  const boxes = columns >= 100 && rows >= 34 && used + boxRows <= foot;
  const gap = boxes && used + boxRows + inspectorRows + 1 <= foot;
  const hasRow = rows >= 16 && columns >= 52 && (banners === 0 || rows >= 30);
  const pulse = boxes ? 'boxes' : hasRow ? 'row' : 'none';
  const spare = foot - used - (boxes ? boxRows : hasRow ? 1 : 0) - (gap ? 1 : 0);
  return { side: 0, pulse, gap, inspector: columns < 100 ? 0 : inspectorIn(spare), below: 0 };
};

export interface KeptPlan {
  readonly plan: FleetPlan;
  readonly columns: number;
  readonly rows: number;
  /** Since when another plan would fit better; null: this one does. */
  readonly otherSince: number | null;
}

const steadyMs = 10_000;

const same = (a: FleetPlan, b: FleetPlan): boolean =>
  a.side === b.side && a.pulse === b.pulse && a.gap === b.gap && a.inspector === b.inspector && a.below === b.below;

/** The plan of this frame: another one only after a resize, or when it was so for ten seconds. */
export const keepPlan = (before: KeptPlan | null, view: View, banners: number): KeptPlan => {
  const { columns, rows, now } = view;
  const plan = fleetPlan({ columns, rows, sessions: view.snapshot.sessions.length, banners });
  const resized = before === null || before.columns !== columns || before.rows !== rows;
  if (resized) return { plan, columns, rows, otherSince: null };
  if (same(plan, before.plan)) return before.otherSince === null ? before : { ...before, otherSince: null };

  const otherSince = before.otherSince ?? now;
  return now - otherSince >= steadyMs ? { plan, columns, rows, otherSince: null } : { ...before, otherSince };
};
