import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import { type VerdictGroup, verdictLooks } from '../../../src/session/verdict.ts';
import { sessionWaitsSince } from '../../../src/session/waiting.ts';

/**
 * In which order sessions stand. A row changes its group only after three seconds in a state, never under a dialog and never
 * within two seconds of a key: live values must not move what a person is about to act on.
 */

export const groupOrder: readonly VerdictGroup[] = ['needs_you', 'unknown', 'recovering', 'answering', 'off'];
export const sortKeys = ['default', 'name', 'waiting', 'cpu', 'mem', 'restarts', 'cost', 'last'] as const;
export type SortKey = (typeof sortKeys)[number];
export const groupKeys = ['state', 'client', 'node', 'none'] as const;
export type GroupBy = (typeof groupKeys)[number];

const settleMs = 3000;
const afterKeyMs = 2000;

interface Shown {
  readonly group: VerdictGroup;
  /** The group it is on its way to, and since when. */
  readonly next: VerdictGroup;
  readonly nextSince: EpochMs;
}

export interface Order {
  readonly shown: ReadonlyMap<string, Shown>;
  /** Ids in the order in which they stand, all groups together. */
  readonly ids: readonly string[];
}

export const noOrder: Order = { shown: new Map(), ids: [] };

/** The group that a session's state belongs to. */
export const groupOf = (row: SessionRow): VerdictGroup => verdictLooks[row.verdict].group;

/** The longest waiter first; who has none comes after. */
const byWaiting = (a: SessionRow, b: SessionRow): number => {
  const [first, second] = [sessionWaitsSince(a), sessionWaitsSince(b)];
  return first === second ? 0 : first < second ? -1 : 1;
};

const plainWords = /^[ -~]*$/;
const sortWords = new Map<string, string>();
const sortWord = ({ label, name }: SessionRow): string => {
  const shown = label === '' ? name : label;
  const known = sortWords.get(shown);
  if (known !== undefined) return known;
  const word = (plainWords.test(shown) ? shown : shown.normalize('NFD').replace(/\p{Mark}/gu, '')).toLowerCase();
  // A fleet has hundreds of labels, and a person may rename them for months.
  if (sortWords.size > 5000) sortWords.clear();
  sortWords.set(shown, word);
  return word;
};

/** By what a person reads: the label without accents, else the name. */
const byName = (a: SessionRow, b: SessionRow): number => {
  const [first, second] = [sortWord(a), sortWord(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
};

const lastAt = (row: SessionRow): number => row.lastMessageAt ?? 0;

const comparators: Readonly<Record<Exclude<SortKey, 'default'>, (a: SessionRow, b: SessionRow) => number>> = {
  name: byName,
  waiting: byWaiting,
  cpu: (a, b) => (b.resources?.cpuPercent ?? 0) - (a.resources?.cpuPercent ?? 0),
  mem: (a, b) => (b.resources?.memoryBytes ?? 0) - (a.resources?.memoryBytes ?? 0),
  restarts: (a, b) => b.restarts - a.restarts,
  cost: (a, b) => b.costTodayUsd - a.costTodayUsd,
  last: (a, b) => lastAt(b) - lastAt(a),
};

/** NEEDS YOU: the longest waiter first, then newest; RECOVERING: longest; the others by name, never by a moving number. */
const defaultOrder = (group: VerdictGroup, a: SessionRow, b: SessionRow): number => {
  if (group === 'needs_you') return byWaiting(a, b) || b.since - a.since || byName(a, b);
  if (group === 'recovering' || group === 'unknown') return a.since - b.since || byName(a, b);
  return byName(a, b);
};

export interface SettleInput {
  readonly sessions: readonly SessionRow[];
  readonly now: EpochMs;
  readonly sort: SortKey;
  /** A dialog is open. */
  readonly frozen: boolean;
  /** When the last key was pressed; null: never. */
  readonly lastKeyAt: EpochMs | null;
}

/** The order of the next frame from that of the one before. Gives the same object back when nothing moved. */
export const settle = (before: Order, input: SettleInput): Order => {
  const { sessions, now, sort } = input;
  const still = input.frozen || (input.lastKeyAt !== null && now - input.lastKeyAt < afterKeyMs);
  const shown = new Map<string, Shown>();
  let changed = before.shown.size !== sessions.length;
  for (const row of sessions) {
    const group = groupOf(row);
    const old = before.shown.get(row.id);
    if (old === undefined) {
      shown.set(row.id, { group, next: group, nextSince: now });
      changed = true;
      continue;
    }
    const nextSince = old.next === group ? old.nextSince : now;
    const moves = old.group !== group && !still && now - nextSince >= settleMs;
    const entry = moves || old.next !== group ? { group: moves ? group : old.group, next: group, nextSince } : old;
    if (moves) changed = true;
    shown.set(row.id, entry);
  }
  const alive = new Map(sessions.map((row) => [row.id, row]));
  const fresh = sessions.filter((row) => !before.shown.has(row.id));
  const position = new Map(before.ids.map((id, index) => [id, index]));
  const rank = (row: SessionRow): number => groupOrder.indexOf(shown.get(row.id)?.group ?? groupOf(row));
  const compare = (a: SessionRow, b: SessionRow): number => {
    const groups = rank(a) - rank(b);
    if (groups !== 0) return groups;
    if (sort !== 'default') return comparators[sort](a, b) || byName(a, b);
    return defaultOrder(shown.get(a.id)?.group ?? groupOf(a), a, b);
  };
  if (still && before.ids.length > 0) {
    // Nothing moves; what is new comes in at its place, what is gone goes.
    if (!changed) return { shown, ids: before.ids };
    const kept = before.ids.flatMap((id) => alive.get(id) ?? []);
    for (const row of [...fresh].sort(compare)) {
      const at = kept.findIndex((other) => compare(row, other) < 0);
      kept.splice(at === -1 ? kept.length : at, 0, row);
    }
    return { shown, ids: kept.map(({ id }) => id) };
  }
  const ids = [...sessions].sort(compare).map(({ id }) => id);
  const same = ids.length === before.ids.length && ids.every((id, index) => position.get(id) === index);
  return { shown, ids: same ? before.ids : ids };
};

/** The group in which a session stands now. */
export const shownGroup = (order: Order, row: SessionRow): VerdictGroup =>
  order.shown.get(row.id)?.group ?? groupOf(row);
