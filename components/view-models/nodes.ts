import type { NodeState, SessionRow } from '../../src/protocol/fleet.ts';
import { type GroupNode, isSilent } from '../../src/session/group-node.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { VerdictGroup } from '../../src/session/verdict.ts';
import { meter } from '../paint/charts/meter.ts';
import { joined } from '../paint/ends.ts';
import { age } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { emptyLine, type Line, span } from '../paint/line.ts';
import type { Tone } from '../paint/tone.ts';
import { countGroups } from './fleet/badge.ts';
import { type Detail, type Fact, factLines, sentence } from './places/item-detail.ts';
import type { Item, ItemColumn } from './places/item-list.ts';
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

/** A server that was set up anew has the name of the one before it, which is gone: by its name only one that never said who it is. */
const isSame = (door: NodeState, group: GroupNode): boolean =>
  door.fleetId === undefined
    ? door.name === group.name || (door.host !== null && door.host === group.host) || (door.isHere && group.here)
    : door.fleetId === group.nodeId;

export const nodeRows = (doors: readonly NodeState[], groups: readonly GroupNode[]): readonly NodeRow[] => {
  const withDoor = doors.map((door): NodeRow => {
    const group = groups.find((each) => isSame(door, each)) ?? null;
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
  const well: Tone = group.draining ? 'warn' : 'ok';
  if (!isSilent(group)) return { sign: glyph.answers, tone: well, words: group.here ? nodes.here : nodes.alive };
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
  const isLate = door.light.status === 'warn' || group?.draining === true;
  return { sign: glyph.answers, tone: isLate ? 'warn' : 'ok', words };
};

const isGone = ({ sign, tone }: Standing): boolean => tone === 'bad' && sign === glyph.gaveUp;

/** Why a person looks at it: what its door said, or the worst of its lights. */
export const reasonOf = ({ door }: NodeRow, view: View): string => {
  const reason = door?.state === 'lost' ? door.reason : (door?.light.reason ?? null);
  return reason === null ? '' : saidIn(view, plainText(reason));
};

/** How many there are, and how many of them give no news. */
export const nodesCount = (rows: readonly NodeRow[], view: View): Line => {
  const gone = rows.filter((row) => isGone(standingOf(row, view))).length;
  const { nodes } = view.t;
  return [
    span(String(rows.length), 'bold'),
    span(` ${nodes.servers(rows.length)}`, 'muted'),
    ...(gone === 0 ? [] : [span(', ', 'muted'), span(String(gone), 'bad+'), span(` ${nodes.gone}`, 'muted')]),
  ];
};

type Key = keyof View['t']['nodes']['head'];

export const nodeColumns: readonly ItemColumn<Key>[] = [
  { key: 'name', width: 12, most: 44, rank: 0 },
  { key: 'state', width: 17, most: 26, rank: 0 },
  { key: 'sessions', width: 4, align: 'right', rank: 1 },
  { key: 'room', width: 4, align: 'right', rank: 2 },
  { key: 'version', width: 9, most: 24, rank: 3 },
  { key: 'labels', width: 6, most: 30, rank: 4 },
];

export const nodeItem = (row: NodeRow, view: View): Item<Key> => {
  const { group, door } = row;
  const standing = standingOf(row, view);
  const { sign, tone, words } = standing;
  const drained = group?.draining === true ? view.t.nodes.drained : null;
  return {
    sign: [sign, tone],
    trouble: tone === 'bad' ? 'bad' : null,
    isOff: isGone(standing),
    cells: {
      name: plainText(row.name),
      state: [
        span(
          [words, drained].filter((text) => text !== null && text !== '').join(', '),
          tone === 'ok' ? 'muted' : tone,
        ),
      ],
      sessions: String(group?.sessions ?? door?.sessions ?? ''),
      room: group?.room == null ? [span(glyph.nothing, 'faint')] : String(group.room),
      version: [span(plainText(group?.version ?? door?.version ?? ''), 'muted')],
      labels: [span((group?.labels ?? []).map(plainText).join(' '), 'muted')],
    },
  };
};

const looks: readonly (readonly [group: VerdictGroup, sign: string, tone: Tone])[] = [
  ['needs_you', glyph.needsYou, 'bad'],
  ['unknown', '?', 'warn'],
  ['recovering', glyph.recovers, 'move'],
  ['answering', glyph.answers, 'ok'],
  ['off', glyph.off, 'muted'],
];

/** How the sessions that this dashboard sees there do: `▲ 1 needs you   ● 9 answering`. */
const doingLine = (sessions: readonly SessionRow[], view: View): Line => {
  const counts = countGroups(sessions);
  return joined(
    looks
      .filter(([group]) => counts[group] > 0)
      .map(([group, sign, tone]) => [
        span(`${sign} `, tone),
        span(String(counts[group]), 'bold'),
        span(` ${view.t.nodes.doing[group]}`, 'muted'),
      ]),
    3,
  );
};

const fullnessLine = ({ running, room }: GroupNode, view: View): Line =>
  running === null || room === null
    ? emptyLine
    : [
        ...meter(running + room === 0 ? 1 : running / (running + room), 20, room === 0 ? 'warn' : 'ok'),
        span(` ${running}`, 'bold'),
        span(` ${view.t.nodes.runAndRoom} `, 'muted'),
        span(String(room), 'bold'),
      ];

const factsOf = ({ name, group }: NodeRow, view: View): readonly Fact[] => {
  const { fact } = view.t.nodes;
  const doing = doingLine(
    view.snapshot.sessions.filter(({ node }) => node === name),
    view,
  );
  const full = group === null ? emptyLine : fullnessLine(group, view);
  return [
    ...(doing.length === 0 ? [] : [[fact.sessions, doing] satisfies Fact]),
    ...(full.length === 0 ? [] : [[fact.room, full] satisfies Fact]),
    ...(group === null || group.labels.length === 0
      ? []
      : [[fact.labels, group.labels.map(plainText).join(' ')] satisfies Fact]),
  ];
};

/** What there is to know of one server. */
export const nodeDetail = (row: NodeRow, view: View): Detail => {
  const { nodes } = view.t;
  const { sign, tone, words } = standingOf(row, view);
  const reason = reasonOf(row, view);
  const version = plainText(row.group?.version ?? row.door?.version ?? '');
  return {
    title: [
      span(`${sign} `, tone),
      span(plainText(row.name), 'bold'),
      span(`  ${words}`, tone === 'ok' ? 'muted' : tone),
    ],
    right: version === '' ? emptyLine : [span(version, 'muted')],
    tone: tone === 'bad' ? 'bad' : 'faint',
    content: (width) => [
      ...(reason === '' ? [] : sentence(reason, width, tone === 'bad' ? 'bad' : 'warn')),
      ...(row.group?.draining === true ? sentence(nodes.drainedWhat, width, 'warn') : []),
      ...(row.group === null ? sentence(nodes.noGroup, width, 'muted') : []),
      ...factLines(factsOf(row, view), width),
    ],
  };
};
