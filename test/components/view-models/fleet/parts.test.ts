import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../../components/paint/line.ts';
import type { ColumnId } from '../../../../components/view-models/fleet/columns.ts';
import { dampCpu } from '../../../../components/view-models/fleet/damp.ts';
import { type FleetExtra, noExtra } from '../../../../components/view-models/fleet/fleet-extra.ts';
import { fleetItems, targetsOf } from '../../../../components/view-models/fleet/fleet-items.ts';
import { fleetPlan, keepPlan } from '../../../../components/view-models/fleet/fleet-plan.ts';
import { fleetScreen } from '../../../../components/view-models/fleet/fleet-screen.ts';
import { noOrder, settle } from '../../../../components/view-models/fleet/order.ts';
import { tableWindow } from '../../../../components/view-models/fleet/table-window.ts';
import type { View } from '../../../../components/view-models/view.ts';
import type { FleetSnapshot } from '../../../../src/protocol/fleet.ts';
import { exampleChats } from '../../support/example-chats.ts';
import { exampleFleet } from '../../support/example-fleets.ts';
import { exampleSnapshot, fleetEvent, minutes, now, seconds, sessionRow } from '../../support/fake-fleet.ts';
import { plain, viewAt } from '../../support/view.ts';

/** The boxes around the fleet's table: which there are, and what they say. */

const choice = { filter: '', troubleOnly: false, groupBy: 'state' } as const;
const extra: FleetExtra = {
  heat: {
    cells: Array.from({ length: 7 }, (_, day) => Array.from({ length: 24 }, (_, hour) => day + hour)),
    measuredDays: 7,
  },
  usage: [{ day: '2026-11-22', calls: 3, inputTokens: 1, outputTokens: 1, costUsd: 1.84 }],
  chats: exampleChats('loja-centro'),
  troubleAt: now - 2 * 86_400_000,
  exchanges: {
    name: 'loja-centro',
    list: [
      { who: 'Ana Paula', at: now - minutes(1), asked: 'aceita pix?', said: 'Aceitamos sim!', tookMs: seconds(14) },
    ],
  },
  usual: { name: 'loja-centro', messages: 18 },
  budget: { name: 'loja-centro', usd: 1 },
};

interface More {
  readonly cursor?: string;
  readonly extra?: FleetExtra;
  readonly top?: number;
  readonly sorted?: ColumnId;
  readonly marks?: ReadonlySet<string>;
}

const screenOf = (view: View, more: More = {}) => {
  const { sessions } = view.snapshot;
  const order = settle(noOrder, { sessions, now, sort: 'default', frozen: false, lastKeyAt: null });
  const items = fleetItems(view, order, choice);
  return fleetScreen(view, items, {
    order,
    choice,
    cursorId: more.cursor ?? null,
    top: more.top ?? 0,
    marks: more.marks ?? new Set(),
    damped: dampCpu(new Map(), sessions, now),
    hidden: new Set(),
    sorted: more.sorted ?? 'name',
    status: null,
    extra: more.extra ?? noExtra,
  });
};
const textOf = (view: View, more: Parameters<typeof screenOf>[1] = {}): string =>
  plain(screenOf(view, more).lines).join('\n');

describe('in a narrow window', () => {
  const fleet = exampleFleet('bad', 12);

  it('the head of the column that rows are sorted by stays apart from its neighbours', () => {
    for (const sorted of ['waiting', 'cpu', 'mem'] as const) {
      const heads = textOf(viewAt(80, 24, { snapshot: fleet }), { sorted })
        .split('\n')
        .find((line) => line.includes('↓'));
      expect(heads).toMatch(/state +for +waiting.* in\/out +cpu.? +mem/);
      expect(heads).toContain(`${sorted}↓`);
    }
  });

  it('the meter of the memory is shorter before the CPU is left out', () => {
    const machine = fleet.fleet.machine ?? expect.fail('no machine');
    const busy = { ...machine, cpuPercent: 100, memoryUsed: 4.1 * 2 ** 30, memoryTotal: 23.5 * 2 ** 30 };
    const snapshot = { ...fleet, fleet: { ...fleet.fleet, machine: busy } };
    expect(textOf(viewAt(80, 24, { snapshot }))).toMatch(/mem 4\.1\/23\.5G [━╸─]{3,} +cpu 100%/);
  });

  it('a phone shows what is marked by its sign', () => {
    const marks = new Set([fleet.sessions.find(({ label }) => label === 'Pet Shop Rex')?.id ?? '']);
    expect(textOf(viewAt(40, 12, { snapshot: fleet }), { marks })).toMatch(/✕✓Pet Shop Rex/);
  });
});

describe('a door that leads nowhere', () => {
  const lost = { lostSince: now - minutes(2), lostElsewhere: 'no ssh server answers on vps-2' };

  it('says of this machine that its master does not run, and of another one only that it is not reached', () => {
    expect(textOf(viewAt(140, 34, { lostSince: lost.lostSince }))).toMatch(/not running.*Master not running for 2m/s);

    const one = { ...exampleSnapshot(), fleet: { ...exampleSnapshot().fleet, host: 'vps-2' } };
    const english = textOf(viewAt(200, 34, { ...lost, snapshot: one }));
    expect(english).toMatch(/no answer.*No connection to vps-2 for 2m: no ssh server answers on vps-2\./s);
    expect(english).not.toContain('not running');
    const portuguese = textOf(viewAt(200, 34, { ...lost, snapshot: one, language: 'pt-BR' }));
    expect(portuguese).toMatch(/sem resposta.*Sem conexão com vps-2 há 2m: nenhum servidor ssh responde em vps-2\./s);

    // Among listed nodes its own banner says it.
    const listed = textOf(viewAt(200, 34, { ...lost, snapshot: { ...one, nodes: [] } }));
    expect(listed).not.toMatch(/not running|No connection/);
  });
});

describe('the fleet screen with its boxes', () => {
  it('is as wide and as tall as the window at every size, in both languages, calm and bad', { timeout: 60_000 }, () => {
    for (const [columns, rows] of [
      [20, 4],
      [40, 12],
      [52, 16],
      [60, 20],
      [80, 24],
      [99, 34],
      [100, 30],
      [120, 40],
      [140, 34],
      [160, 24],
      [200, 50],
      [260, 70],
    ] as const)
      for (const language of ['en', 'pt-BR'] as const)
        for (const kind of ['bad', 'calm'] as const)
          for (const count of [12, 60] as const) {
            const view = viewAt(columns, rows, { language, snapshot: exampleFleet(kind, count) });
            const { lines } = screenOf(view, { extra, cursor: 'id-loja-centro' });
            expect(lines).toHaveLength(rows);
            for (const line of lines) expect(lineWidth(line)).toBeLessThan(columns);
          }
  });

  it('says with boxes what happens in minutes, hours and days', () => {
    const text = textOf(viewAt(200, 50, { snapshot: exampleFleet('bad', 60) }), { extra });
    for (const words of [
      'Customers waiting',
      'the first for 27m',
      '9 Padaria do João',
      'Messages per minute, 2 h',
      'Time to answer, 24 h',
      'When customers write, 7 d',
      'AI cost a day, 14 d',
      'This server',
      '91% in time',
      '204s',
    ])
      expect(text).toContain(words);
    const calm = textOf(viewAt(200, 50, { snapshot: exampleFleet('calm', 12) }), { extra, cursor: 'id-loja-centro' });
    for (const words of [
      'Who wrote last',
      'Maria Souza',
      'What happened',
      'owner took over 1 chat',
      'nobody waits',
      'aceita pix?',
      'bot 14s',
      'Aceitamos sim!',
      'of 700M',
    ])
      expect(calm).toContain(words);
  });

  it('says in words why the session under the cursor needs a person, and what helps', () => {
    const text = textOf(viewAt(120, 40, { snapshot: exampleFleet('bad', 12) }));
    expect(text).toContain('▲ Padaria do João  padaria-joao  11 99');
    expect(text).toContain('The phone removed this bot at 14:14.');
    expect(text).toContain('↵ show the QR here     i send the client a link, 30 min');
    expect(text).toContain('14:14 logged out on the phone');
    const pt = textOf(viewAt(120, 40, { snapshot: exampleFleet('bad', 12), language: 'pt-BR' }));
    expect(pt).toContain('O celular removeu este robô às 14:14.');
  });

  it('says in a wide window when something went wrong last, and only while nothing is wrong', () => {
    const calm = viewAt(200, 50, { snapshot: { ...exampleFleet('calm', 12), events: [] } });
    expect(textOf(calm, { extra })).toContain('last trouble 2d');
    expect(textOf(calm, { extra: { ...extra, troubleAt: null } })).not.toContain('last trouble');
    const newer = [fleetEvent('loja-centro', now - minutes(5), 'offline', { level: 'warn' })];
    expect(textOf(viewAt(200, 50, { snapshot: { ...calm.snapshot, events: newer } }), { extra })).toContain(
      'last trouble 5m',
    );
    expect(textOf(viewAt(200, 50, { snapshot: exampleFleet('bad', 12) }), { extra })).not.toContain('last trouble');
  });

  it('draws nothing from what was not measured', () => {
    const text = textOf(viewAt(120, 40, { snapshot: exampleSnapshot() }));
    expect(text).not.toMatch(/served|answers \d|[\u2801-\u28ff]/);
    expect(text).toContain('Messages per minute, 2 h');
    expect(text).toContain('measuring');
    const wide = textOf(viewAt(200, 50, { snapshot: exampleSnapshot() }), { extra: noExtra });
    expect(wide).not.toMatch(/Mon |[\u2801-\u28ff]/);
  });
});

describe('which boxes there are', () => {
  it('depends on the window and on the number of sessions in steps of four', () => {
    const plan = (columns: number, rows: number, sessions: number, banners = 0) =>
      fleetPlan({ columns, rows, sessions, banners });
    expect(plan(120, 40, 12)).toEqual({ side: 0, pulse: 'boxes', gap: true, inspector: 8, below: 0 });
    expect(plan(120, 40, 9)).toEqual(plan(120, 40, 12));
    expect(plan(120, 40, 60).pulse).toBe('row');
    expect(plan(100, 30, 12)).toMatchObject({ pulse: 'row', inspector: 6 });
    expect(plan(80, 24, 12)).toEqual({ side: 0, pulse: 'row', gap: false, inspector: 0, below: 0 });
    expect(plan(80, 24, 60, 2).pulse).toBe('none');
    expect(plan(40, 12, 12).pulse).toBe('none');
    expect(plan(200, 50, 12)).toMatchObject({ side: 52, inspector: 8 });
    expect(plan(200, 50, 60, 2)).toMatchObject({ side: 52, inspector: 0, below: 0 });
  });

  it('changes on a resize at once, else only when it was so for ten seconds', () => {
    const many = (count: number): FleetSnapshot => ({
      ...exampleSnapshot(),
      sessions: Array.from({ length: count }, (_, index) => sessionRow(`loja-${index}`)),
    });
    const at = (time: number, count: number, rows = 40): View => ({
      ...viewAt(120, rows, { snapshot: many(count) }),
      now: time,
    });
    const first = keepPlan(null, at(now, 12), 0);
    expect(first.plan.pulse).toBe('boxes');
    const grown = keepPlan(first, at(now + 1000, 40), 0);
    expect(grown.plan).toBe(first.plan);
    expect(keepPlan(grown, at(now + 10_900, 40), 0).plan).toBe(first.plan);
    expect(keepPlan(grown, at(now + 11_000, 40), 0).plan.pulse).toBe('row');
    // It was so for a moment only.
    const back = keepPlan(grown, at(now + 5000, 12), 0);
    expect(keepPlan(back, at(now + 20_000, 40), 0).plan).toBe(first.plan);
    expect(keepPlan(grown, at(now + 1001, 40, 60), 0).plan).toEqual(
      fleetPlan({ columns: 120, rows: 60, sessions: 40, banners: 0 }),
    );
  });
});

describe('a table that is longer than its place', () => {
  const view = viewAt(120, 40, { snapshot: exampleFleet('bad', 60) });
  const order = settle(noOrder, {
    sessions: view.snapshot.sessions,
    now,
    sort: 'default',
    frozen: false,
    lastKeyAt: null,
  });
  const items = fleetItems(view, order, choice);

  it('keeps what needs a person on top, and says how many rows are above', () => {
    const last = targetsOf(items).at(-1) ?? '';
    const text = textOf(view, { cursor: last });
    expect(text).toMatch(/^ NEEDS YOU 6 ─/m);
    expect(text).toContain('Padaria do João');
    expect(text).toMatch(/^ Answering 43 ↑ \d+ more above ─/m);
    expect(text).toMatch(/┃$/m);
  });

  it('shows the cursor wherever it is, with its heading above it', () => {
    for (const height of [4, 7, 12, 30])
      for (let cursor = 0; cursor < items.length; cursor += 1) {
        if (items[cursor]?.kind === 'heading') continue;
        for (const before of [0, 5, 40, 400]) {
          const shown = tableWindow(items, cursor, before, height);
          expect(shown.visible.length).toBeLessThanOrEqual(height);
          expect(
            shown.visible.filter(({ item, index }) => index === cursor && item === items[cursor]),
            `row ${cursor} in ${height}`,
          ).toHaveLength(1);
        }
      }
  });
});
