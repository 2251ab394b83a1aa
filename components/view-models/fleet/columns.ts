import type { SessionRow } from '../../../src/protocol/fleet.ts';

/** Which columns of the fleet table fit into a width, and where they stand. */

export const columnIds = [
  'name',
  'state',
  'for',
  'waiting',
  'node',
  'served',
  'note',
  'messages',
  'inOut',
  'last',
  'proof',
  'cpu',
  'mem',
  'ai',
  'cost',
  'restarts',
  'port',
] as const;
export type ColumnId = (typeof columnIds)[number];

/** What an operator may switch off: who it is, how it is and who waits always stay. */
export const hideableColumns = [
  'for',
  'served',
  'note',
  'messages',
  'inOut',
  'last',
  'proof',
  'cpu',
  'mem',
  'ai',
  'cost',
  'restarts',
  'port',
] as const satisfies readonly ColumnId[];

export interface Column {
  readonly id: ColumnId;
  readonly start: number;
  readonly width: number;
  readonly align: 'left' | 'right';
}

export interface FleetColumns {
  /** In their order from left to right. */
  readonly all: readonly Column[];
  /** Where the words of a row in trouble begin. */
  readonly detail: number;
  /** The last column that a row writes to; behind it stands the scroll bar. */
  readonly edge: number;
  readonly phone: boolean;
  /** Room for one key at the end of a row only. */
  readonly narrow: boolean;
  /** The note has a column of its own, beside the strip. */
  readonly ownNote: boolean;
}

/** Undefined: the window has no room for it, or it is hidden. */
export const columnOf = ({ all }: FleetColumns, id: ColumnId): Column | undefined =>
  all.find((column) => column.id === id);

/** What sessions have measured: a column that nothing fills is not taken. */
export interface Measured {
  readonly served: boolean;
  readonly messages: boolean;
  readonly severalNodes: boolean;
  /** A mystery customer asks one of them. */
  readonly proof: boolean;
}

/** `servers`: of how many the dashboard knows. */
export const measuredOf = (sessions: readonly SessionRow[], servers = 1): Measured => ({
  served: sessions.some(({ served }) => typeof served === 'string'),
  messages: sessions.some(({ messagesTrend }) => messagesTrend !== undefined && messagesTrend !== null),
  severalNodes: servers > 1 || new Set(sessions.map(({ node }) => node)).size > 1,
  proof: sessions.some(({ probe }) => probe != null),
});

/** On a phone (under 52 columns): symbol, label, state, waiting. */
export const isPhone = (columns: number): boolean => columns < 52;

const column = (id: ColumnId, start: number, width: number, align: 'left' | 'right' = 'left'): Column => ({
  id,
  start,
  width,
  align,
});

const phoneColumns = (columns: number): FleetColumns => {
  const label = Math.max(4, Math.min(24, columns - 25));
  const state = 4 + label;
  return {
    all: [
      column('name', 3, label),
      column('state', state, Math.min(13, Math.max(1, columns - 3 - state))),
      ...(state + 19 <= columns - 2 ? [column('waiting', state + 13, 6, 'right')] : []),
    ],
    detail: columns,
    edge: columns - 3,
    phone: true,
    narrow: true,
    ownNote: false,
  };
};

/** The columns that always stand, from the left. */
const leftColumns = (label: number, state: number, waiting: number): readonly Column[] => {
  const stateAt = 5 + label;
  const forAt = stateAt + state + 1;
  return [
    column('name', 4, label),
    column('state', stateAt, state),
    column('for', forAt, 4, 'right'),
    column('waiting', forAt + 5, waiting, 'right'),
  ];
};

/** What is measured, right-aligned against the edge, in the order in which it is given up: `width` without the gap before it. */
interface Metric {
  readonly id: ColumnId;
  readonly width: number;
  readonly gap: number;
}

const metricsFrom = (edge: number, metrics: readonly Metric[]): readonly Column[] => {
  const placed: Column[] = [];
  let end = edge;
  for (const { id, width, gap } of [...metrics].reverse()) {
    placed.unshift(column(id, end - width + 1, width, id === 'messages' || id === 'ai' ? 'left' : 'right'));
    end -= width + gap;
  }
  return placed;
};

interface Size {
  readonly label: number;
  readonly state: number;
  readonly waiting: number;
  readonly strip: number;
  readonly note: number;
  readonly metrics: readonly Metric[];
  /** Columns between the last metric and the scroll bar. */
  readonly margin: number;
}

const extras: readonly Metric[] = [
  { id: 'ai', width: 14, gap: 1 },
  { id: 'cost', width: 9, gap: 1 },
  { id: 'restarts', width: 8, gap: 1 },
  { id: 'port', width: 5, gap: 1 },
];

/** CPU and memory stand wherever there is more than a phone's room; the spark is the shorter for it. */
const sizeOf = (columns: number): Size => {
  if (columns < 80) return { label: 15, state: 13, waiting: 7, strip: 0, note: 0, metrics: [], margin: 0 };
  if (columns < 100)
    return {
      label: 20 + Math.min(8, columns - 80),
      state: 14,
      waiting: 8,
      strip: 0,
      note: 0,
      metrics: [
        { id: 'messages', width: 6, gap: 0 },
        { id: 'inOut', width: 7, gap: 0 },
        { id: 'cpu', width: 4, gap: 0 },
        { id: 'mem', width: 5, gap: 0 },
      ],
      margin: 0,
    };
  if (columns < 120)
    return {
      label: 22,
      state: 14,
      waiting: 8,
      strip: 12,
      note: 0,
      metrics: [
        { id: 'messages', width: 8, gap: 0 },
        { id: 'inOut', width: 7, gap: 0 },
        { id: 'last', width: 5, gap: 0 },
        { id: 'cpu', width: 4, gap: 0 },
        { id: 'mem', width: 5, gap: 0 },
      ],
      margin: 0,
    };
  if (columns < 140)
    return {
      label: 23,
      state: 14,
      waiting: 9,
      strip: 24,
      note: 0,
      metrics: [
        { id: 'messages', width: 8, gap: 1 },
        { id: 'inOut', width: 7, gap: 1 },
        { id: 'last', width: 5, gap: 1 },
        { id: 'cpu', width: 4, gap: 1 },
        { id: 'mem', width: 5, gap: 0 },
      ],
      margin: 1,
    };
  return {
    label: 24,
    state: 14,
    waiting: 9,
    strip: 24,
    note: 22,
    metrics: [
      { id: 'messages', width: 12, gap: 1 },
      { id: 'inOut', width: 7, gap: 2 },
      { id: 'last', width: 4, gap: 1 },
      { id: 'cpu', width: 4, gap: 1 },
      { id: 'mem', width: 5, gap: 0 },
    ],
    margin: 1,
  };
};

const wideNode = 11;
const narrowNode = 7;

/** The node's column takes its room from the label, the strip and the spark. */
const besideNodes = (size: Size): Size => {
  if (size.strip === 0)
    return { ...size, label: size.label - 6, metrics: size.metrics.filter(({ id }) => id !== 'messages') };
  return { ...size, strip: size.strip === 24 ? 12 : 0 };
};

/** When it was last proved stands where its last message did; beside it where there is room for both. */
const besideProof = (size: Size, columns: number): Size => {
  const proof: Metric = { id: 'proof', width: 5, gap: 1 };
  if (columns < 140)
    return {
      ...size,
      metrics: size.metrics.map((metric) => (metric.id === 'last' ? { ...proof, gap: metric.gap } : metric)),
    };
  const at = size.metrics.findIndex(({ id }) => id === 'cpu');
  return { ...size, metrics: size.metrics.toSpliced(at, 0, proof) };
};

const everything: Measured = { served: true, messages: true, severalNodes: false, proof: false };

/** The columns of a table as wide as `columns`. `hidden`: what the operator switched off. */
export const fleetColumns = (
  columns: number,
  measured: Measured = everything,
  hidden: ReadonlySet<ColumnId> = new Set(),
): FleetColumns => {
  if (isPhone(columns)) return phoneColumns(columns);

  const hasNodes = measured.severalNodes && columns >= 80;
  const sized = hasNodes ? besideNodes(sizeOf(columns)) : sizeOf(columns);
  const size = measured.proof && !hidden.has('proof') ? besideProof(sized, columns) : sized;
  const edge = columns - 3 - size.margin;
  const left = leftColumns(size.label, size.state, size.waiting);
  let at = (left.at(-1)?.start ?? 0) + size.waiting + (size.strip === 24 ? 2 : 1);
  const middle: Column[] = [];
  const take = (id: ColumnId, width: number): void => {
    middle.push(column(id, at, width));
    at += width + 1;
  };
  const shown = (id: ColumnId): boolean =>
    !hidden.has(id) && (id !== 'served' || measured.served) && (id !== 'messages' || measured.messages);

  // Where a session is stands beside whatever is said of it.
  if (hasNodes) take('node', size.strip > 0 ? wideNode : narrowNode);
  const detailAt = at;
  if (size.strip > 0 && shown('served')) take('served', size.strip);
  const ownNote = size.note > 0 && !hidden.has('note');
  const noteAt = at;

  const metrics = size.metrics.filter(({ id }) => shown(id));
  const room = edge + 1 - noteAt - metrics.reduce((sum, { width, gap }) => sum + width + gap, 0);
  const more: Metric[] = [];
  let spare = room - (ownNote ? size.note + 1 : 0);
  for (const extra of columns > 148 ? extras : []) {
    if (hidden.has(extra.id) || spare < extra.width + 1 + extra.gap) continue;
    more.push(extra);
    spare -= extra.width + extra.gap;
  }
  const right = metricsFrom(edge, [...more, ...metrics]);
  const noteWidth = (right[0]?.start ?? edge + 1) - 1 - noteAt;
  if (ownNote && noteWidth > 0) take('note', noteWidth);
  return {
    all: [...left.filter(({ id }) => !hidden.has(id)), ...middle, ...right],
    detail: ownNote ? noteAt : detailAt,
    edge,
    phone: false,
    narrow: columns < 100,
    ownNote,
  };
};
