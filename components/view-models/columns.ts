/** Which columns of the fleet table fit, and where, in the order in which they are kept when the window narrows. */

export const columnIds = [
  'name',
  'state',
  'for',
  'waiting',
  'detail',
  'last',
  'inOut',
  'cpu',
  'mem',
  'trend',
  'restarts',
  'cost',
  'ai',
  'port',
  'node',
] as const;
export type ColumnId = (typeof columnIds)[number];

/** What an operator may switch off: who it is, how it is and who waits always stay. */
export const hideableColumns = [
  'last',
  'inOut',
  'cpu',
  'mem',
  'trend',
  'restarts',
  'cost',
  'ai',
  'port',
  'for',
] as const satisfies readonly ColumnId[];

export interface Column {
  readonly id: ColumnId;
  readonly start: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

interface Spec {
  readonly id: ColumnId;
  readonly width: number;
  readonly align: 'left' | 'right';
}

/** From left to right; what changes often stands at the right, so that little is written to the terminal. */
const specs: readonly Spec[] = [
  { id: 'name', width: 15, align: 'left' },
  { id: 'state', width: 13, align: 'left' },
  { id: 'for', width: 4, align: 'right' },
  { id: 'waiting', width: 7, align: 'right' },
  { id: 'node', width: 10, align: 'left' },
  { id: 'detail', width: 20, align: 'left' },
  { id: 'ai', width: 14, align: 'left' },
  { id: 'port', width: 5, align: 'right' },
  { id: 'last', width: 4, align: 'right' },
  { id: 'inOut', width: 7, align: 'right' },
  { id: 'cost', width: 6, align: 'right' },
  { id: 'cpu', width: 4, align: 'right' },
  { id: 'mem', width: 5, align: 'right' },
  { id: 'trend', width: 8, align: 'left' },
  { id: 'restarts', width: 3, align: 'right' },
];

/** Columns beyond the ones that every table has, in the order in which they are gained; a widening names the new width. */
const gains: readonly { readonly id: ColumnId; readonly width?: number }[] = [
  { id: 'mem' },
  { id: 'cpu' },
  { id: 'last' },
  { id: 'inOut' },
  { id: 'detail', width: 30 },
  { id: 'name', width: 20 },
  { id: 'restarts' },
  { id: 'trend' },
  { id: 'cost' },
  { id: 'ai' },
  { id: 'port' },
  { id: 'node' },
];

const nameStart = 4;

/** On a phone (under 52 columns): symbol, name, state, waiting. */
export const isPhone = (columns: number): boolean => columns < 52;

const phoneColumns = (columns: number): readonly Column[] => {
  const name = Math.max(6, Math.min(16, columns - 1 - 3 - 21));
  return [
    { id: 'name', start: 3, width: name, align: 'left' },
    { id: 'state', start: 4 + name, width: 12, align: 'left' },
    { id: 'waiting', start: 17 + name, width: 6, align: 'right' },
  ];
};

/** `several nodes`: then the node is worth a column, and comes fourth. `hidden`: columns that the operator switched off. */
export const fleetColumns = (
  columns: number,
  severalNodes = false,
  hidden: ReadonlySet<ColumnId> = new Set(),
): readonly Column[] => {
  if (isPhone(columns)) return phoneColumns(columns);
  const widths = new Map<ColumnId, number>();
  for (const id of ['name', 'state', 'for', 'waiting', 'detail'] as const) {
    if (!hidden.has(id)) widths.set(id, specs.find((spec) => spec.id === id)?.width ?? 0);
  }
  const total = () => nameStart + [...widths.values()].reduce((sum, width) => sum + width + 1, 0);
  const wanted = severalNodes
    ? [{ id: 'node' as const }, ...gains.filter(({ id }) => id !== 'node')]
    : gains.filter(({ id }) => id !== 'node');
  for (const gain of wanted) {
    if (hidden.has(gain.id)) continue;
    const before = widths.get(gain.id);
    const width =
      'width' in gain && gain.width !== undefined ? gain.width : specs.find(({ id }) => id === gain.id)?.width;
    if (width === undefined) continue;
    widths.set(gain.id, width);
    if (total() > columns) {
      if (before === undefined) widths.delete(gain.id);
      else widths.set(gain.id, before);
      break;
    }
  }
  // What is left over goes to the detail, which also gives way where the window is narrower than the columns that always stay.
  const detail = widths.get('detail');
  const rest = columns - total();
  if (detail !== undefined && (rest < 0 || columns > 120)) widths.set('detail', Math.max(0, detail + rest));
  const placed: Column[] = [];
  let start = nameStart;
  for (const spec of specs) {
    const width = widths.get(spec.id);
    if (width === undefined) continue;
    placed.push({ id: spec.id, start, width, align: spec.align });
    start += width + 1;
  }
  return placed;
};
