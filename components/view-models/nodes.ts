import type { NodeState } from '../../src/protocol/fleet.ts';
import { type GroupNode, isSilent } from '../../src/session/group-node.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { boxed } from '../paint/box.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { cut, type Line, onGround, padEnd, padStart, span, textLine, wrapText } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { saidIn } from './told.ts';
import type { View } from './view.ts';

/** The servers of the group and the nodes of this dashboard, each once. */

export interface NodeRow {
  readonly name: string;
  /** Its door, where this dashboard has one. */
  readonly door: NodeState | null;
  /** What it says of itself to the group; null: it is in none that is known here. */
  readonly group: GroupNode | null;
}

const isSame = (door: NodeState, group: GroupNode): boolean =>
  door.name === group.name || (door.host !== null && door.host === group.host) || (door.isHere && group.here);

export const nodeRows = (doors: readonly NodeState[], groups: readonly GroupNode[]): readonly NodeRow[] => {
  const withDoor = doors.map((door): NodeRow => {
    const group = groups.find((each) => each.name === door.name) ?? groups.find((each) => isSame(door, each)) ?? null;
    return { name: door.name, door, group };
  });
  const met = new Set(withDoor.map(({ group }) => group?.nodeId));
  const others = groups
    .filter(({ nodeId }) => !met.has(nodeId))
    .map((group): NodeRow => ({ name: group.name, door: null, group }));
  return [...withDoor, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
};

interface Standing {
  readonly sign: string;
  readonly tone: Tone;
  readonly words: string;
}

const heardStanding = (group: GroupNode, view: View): Standing => {
  const { nodes } = view.t;
  if (!isSilent(group)) return { sign: glyph.answers, tone: 'ok', words: group.here ? nodes.here : nodes.alive };
  const words = group.silentMs === null ? nodes.never : nodes.silent(age(group.silentMs));
  return { sign: glyph.gaveUp, tone: 'bad', words };
};

const standingOf = ({ door, group }: NodeRow, view: View): Standing => {
  const { nodes } = view.t;
  if (door?.state === 'lost')
    return { sign: glyph.gaveUp, tone: 'bad', words: nodes.lost(age(Math.max(0, view.now - door.since))) };
  if (door === null) return group === null ? { sign: glyph.off, tone: 'muted', words: '' } : heardStanding(group, view);

  const words = door.isHere ? nodes.here : nodes.open;
  if (door.light.status === 'bad') return { sign: glyph.needsYou, tone: 'bad', words };
  return { sign: glyph.answers, tone: door.light.status === 'warn' ? 'warn' : 'ok', words };
};

/** Why a person looks at it: what its door said, or the worst of its lights. */
export const reasonOf = ({ door }: NodeRow, view: View): string => {
  const reason = door?.state === 'lost' ? door.reason : (door?.light.reason ?? null);
  return reason === null ? '' : saidIn(view, plainText(reason));
};

const widths = { state: 26, sessions: 10, room: 7, version: 10 } as const;
/** Narrower windows have no column for the labels. */
const labelsFrom = 96;

const nameWidth = (inner: number): number =>
  Math.min(28, inner - 4 - widths.state - widths.sessions - widths.room - widths.version);

const cells = (
  values: Readonly<Record<keyof View['t']['nodes']['head'], string>>,
  inner: number,
  tones: { readonly name: Tone; readonly rest: Tone; readonly state: Tone },
): Line => [
  span(padEnd(cut(values.name, nameWidth(inner) - 1), nameWidth(inner)), tones.name),
  span(padEnd(cut(values.state, widths.state - 1), widths.state), tones.state),
  span(padStart(values.sessions, widths.sessions - 2), tones.rest),
  span(padStart(values.room, widths.room), tones.rest),
  span('  '),
  span(padEnd(cut(values.version, widths.version - 1), widths.version), 'muted'),
  ...(inner >= labelsFrom ? [span(cut(values.labels, 24), 'muted')] : []),
];

const nodeLine = (row: NodeRow, view: View, inner: number, isCursor: boolean): Line => {
  const { group, door } = row;
  const { sign, tone, words } = standingOf(row, view);
  const drained = group?.draining === true ? view.t.nodes.drained : null;
  const isOff = tone === 'bad' && sign === glyph.gaveUp;
  const line: Line = [
    span(isCursor ? glyph.cursor : ' ', 'accent+'),
    span(` ${sign} `, drained !== null && tone === 'ok' ? 'warn' : tone),
    ...cells(
      {
        name: plainText(row.name),
        state: [words, drained].filter((text) => text !== null && text !== '').join(', '),
        sessions: String(group?.sessions ?? door?.sessions ?? ''),
        room: group?.room === null || group === null ? '-' : String(group.room),
        version: plainText(group?.version ?? door?.version ?? ''),
        labels: (group?.labels ?? []).map(plainText).join(' '),
      },
      inner,
      {
        name: isCursor ? 'bold' : 'plain',
        rest: isOff ? 'muted' : 'plain',
        state: drained !== null && tone === 'ok' ? 'warn' : tone === 'ok' ? 'muted' : tone,
      },
    ),
  ];
  return isCursor ? onGround(line, 'cursor', inner) : line;
};

/** Rows of the box that are no server: borders, head, and what is said of the one under the cursor. */
export const nodesExtra = 6;

export const nodesBox = (
  view: View,
  rows: readonly NodeRow[],
  place: { readonly cursor: number; readonly top: number; readonly width: number; readonly rows: number },
  problem: string | null,
): readonly Line[] => {
  const { t } = view;
  const inner = place.width - 4;
  const height = Math.max(1, place.rows - nodesExtra);
  const shown = rows.slice(place.top, place.top + height);
  const chosen = rows[place.cursor];
  const said = chosen === undefined ? '' : reasonOf(chosen, view);
  const empty = wrapText(problem === null ? t.nodes.alone : saidIn(view, plainText(problem)), inner);
  return boxed({
    title: [span(t.nodes.title, 'bold')],
    width: place.width,
    rows: place.rows,
    content: [
      [span('    '), ...cells(t.nodes.head, inner, { name: 'muted', rest: 'muted', state: 'muted' })],
      ...(rows.length === 0
        ? empty.map((text) => textLine(text, 'muted'))
        : shown.map((row, index) => nodeLine(row, view, inner, place.top + index === place.cursor))),
      ...(said === '' ? [] : [textLine(''), ...wrapText(said, inner).map((text) => textLine(text, 'warn'))]),
    ],
  });
};
