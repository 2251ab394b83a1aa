import { describe, expect, it } from 'vitest';
import { dampCpu } from '../../../../components/view-models/fleet/damp.ts';
import { fleetItems } from '../../../../components/view-models/fleet/fleet-items.ts';
import { fleetScreen } from '../../../../components/view-models/fleet/fleet-screen.ts';
import { groupOrder, noOrder, type Order, settle } from '../../../../components/view-models/fleet/order.ts';
import type { View } from '../../../../components/view-models/view.ts';
import type { SessionRow } from '../../../../src/protocol/fleet.ts';
import { type Verdict, type VerdictGroup, verdictLooks, verdicts } from '../../../../src/session/verdict.ts';
import { numbers } from '../../support/example-fleets.ts';
import { exampleIncident } from '../../support/example-incidents.ts';
import { exampleSnapshot, minutes, now, seconds, sessionRow } from '../../support/fake-fleet.ts';
import { plain, viewAt } from '../../support/view.ts';

/** Badge, counts, headings and rows, read from the screen as a person reads them, say one thing. */

const choice = { filter: '', troubleOnly: false, groupBy: 'state' } as const;
const random = numbers(2026);
const below = (n: number): number => Math.floor(random() * n);

/** Those, too, that only whoever shows a group of servers says. */
const shownVerdicts: readonly Verdict[] = [...verdicts, 'unreachable', 'moving', 'left_behind'];

const randomRows = (count: number): readonly SessionRow[] =>
  Array.from({ length: count }, (_, index) => {
    const verdict = shownVerdicts[below(shownVerdicts.length)] as Verdict;
    const inIncident = random() < 0.2;
    return sessionRow(`bot-${index}`, {
      verdict,
      since: now - minutes(below(600)),
      drafts: verdict === 'drafts' ? 1 + below(9) : 0,
      receivedLastHour: below(40),
      lastMessageAt: random() < 0.5 ? null : now - minutes(below(200)),
      waiting:
        random() < 0.3
          ? { chats: 1 + below(20), oldestSince: now - minutes(below(90)), estimated: random() < 0.5 }
          : { chats: 0, oldestSince: null, estimated: false },
      incidentId: inIncident ? 14 : null,
    });
  });

const viewOf = (sessions: readonly SessionRow[], hasIncident: boolean): View =>
  viewAt(120, 60, {
    snapshot: { ...exampleSnapshot(), sessions, incidents: hasIncident ? [exampleIncident()] : [], events: [] },
  });

const linesOf = (view: View, order: Order): readonly string[] =>
  plain(
    fleetScreen(view, fleetItems(view, order, choice), {
      order,
      choice,
      cursorId: null,
      top: 0,
      marks: new Set(),
      damped: dampCpu(new Map(), view.snapshot.sessions, now),
      hidden: new Set(),
      sorted: 'name',
      status: null,
    }).lines,
  );

const numberIn = (line: string, pattern: RegExp): number => Number(pattern.exec(line)?.[1] ?? 0);

/** What the third row says of each group; what a badge says is not said a second time. */
const saidOnTop = (line: string): Readonly<Record<VerdictGroup, number>> => ({
  needs_you: numberIn(line, /(\d+) NEEDS? YOU/),
  unknown: numberIn(line, /\? (\d+) not known/),
  recovering: numberIn(line, /↻ (\d+) recovering/),
  answering: /the one bot answers/.test(line) ? 1 : numberIn(line, /(?:● |✓ all )(\d+) answering/),
  off: /the one bot is off/.test(line) ? 1 : numberIn(line, /(?:○ |all )(\d+) off/),
});

const headings: Readonly<Record<VerdictGroup, RegExp>> = {
  needs_you: /^ NEEDS YOU (\d+) ─/,
  unknown: /^ Not known from here (\d+) ─/,
  recovering: /^ Recovering by itself (\d+) ─/,
  answering: /^ Answering (\d+) ─/,
  off: /^ Off (\d+) ─/,
};

interface Shown {
  readonly count: number;
  /** Names of the rows below it that are not marked as moved, and those of an incident as a number. */
  readonly names: readonly string[];
  readonly folded: number;
  readonly moved: readonly string[];
}

const shownBelow = (lines: readonly string[]): ReadonlyMap<VerdictGroup, Shown> => {
  const found = new Map<VerdictGroup, { count: number; names: string[]; folded: number; moved: string[] }>();
  let current: VerdictGroup | null = null;
  for (const line of lines) {
    const heading = groupOrder.find((group) => headings[group].test(line));
    if (heading !== undefined) {
      current = heading;
      found.set(heading, { count: numberIn(line, headings[heading]), names: [], folded: 0, moved: [] });
      continue;
    }
    const below = current === null ? undefined : found.get(current);
    const name = /^[▌▎ ][✓ ][^ ]([→ ])(bot-\d+)/.exec(line);
    if (below === undefined) continue;
    if (name !== null) (name[1] === '→' ? below.moved : below.names).push(name[2] ?? '');
    below.folded += numberIn(line, /(\d+) bots? in incident 14/);
  }
  return found;
};

const groupsOf = (sessions: readonly SessionRow[]): ReadonlyMap<string, VerdictGroup> =>
  new Map(sessions.map((row) => [row.name, verdictLooks[row.verdict].group]));

const expectAgreement = (lines: readonly string[], sessions: readonly SessionRow[]): void => {
  const text = lines.join('\n');
  const groups = groupsOf(sessions);
  const top = saidOnTop(lines[2] ?? '');
  const shown = shownBelow(lines);
  for (const group of groupOrder) {
    const all = [...groups.values()].filter((one) => one === group).length;
    // "all 3 answering" is said of those that are not off, and "all off" only where all are.
    expect(top[group], `${group} on top of\n${text}`).toBe(all);
    const under = shown.get(group);
    if (under === undefined) continue;
    expect(under.count, `${group} in\n${text}`).toBe(all);
    for (const name of under.names) expect(groups.get(name), `${name} under ${group} in\n${text}`).toBe(group);
    for (const name of under.moved)
      expect(groups.get(name), `${name}, marked, under ${group} in\n${text}`).not.toBe(group);
    const elsewhere = [...shown.values()].flatMap(({ moved }) => moved).filter((name) => groups.get(name) === group);
    expect(under.names.length + under.folded + elsewhere.length, `rows of ${group} in\n${text}`).toBe(all);
  }
  const listed = [...shown.values()].reduce((sum, one) => sum + one.names.length + one.moved.length + one.folded, 0);
  expect(listed, text).toBe(sessions.length);
};

describe('badge, counts, headings and rows', () => {
  it('agree in 2,000 random fleets, also while rows stand where they no longer belong', { timeout: 120_000 }, () => {
    for (let round = 0; round < 1000; round += 1) {
      const count = 1 + below(14);
      const before = randomRows(count);
      const after = randomRows(count).map((row, index) => (random() < 0.5 ? (before[index] ?? row) : row));
      const hasIncident = random() < 0.3;
      const first = settle(noOrder, { sessions: before, now, sort: 'default', frozen: false, lastKeyAt: null });
      // A key was just pressed: nothing moves, whatever changed.
      const still = settle(first, { sessions: after, now, sort: 'default', frozen: false, lastKeyAt: now - 500 });
      expectAgreement(linesOf(viewOf(after, hasIncident), still), after);
      const rested = settle(still, {
        sessions: after,
        now: now + seconds(9),
        sort: 'default',
        frozen: false,
        lastKeyAt: now,
      });
      const lines = linesOf(viewOf(after, hasIncident), rested);
      expectAgreement(lines, after);
      expect(lines.join('\n')).not.toMatch(/^[▌▎ ][✓ ][^ ]→/m);
    }
  });
});
