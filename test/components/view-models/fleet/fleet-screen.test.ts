import { describe, expect, it } from 'vitest';
import { bannerLines } from '../../../../components/view-models/fleet/banners.ts';
import { dampCpu } from '../../../../components/view-models/fleet/damp.ts';
import { fleetItems } from '../../../../components/view-models/fleet/fleet-items.ts';
import { fleetScreen } from '../../../../components/view-models/fleet/fleet-screen.ts';
import { noOrder, settle } from '../../../../components/view-models/fleet/order.ts';
import { windowTop } from '../../../../components/view-models/fleet/table-window.ts';
import type { View } from '../../../../components/view-models/view.ts';
import type { FleetSnapshot } from '../../../../src/protocol/fleet.ts';
import { fleet80, fleet120, incident } from '../../support/drawn-screens.ts';
import { exampleFleet } from '../../support/example-fleets.ts';
import { exampleIncident } from '../../support/example-incidents.ts';
import { exampleSnapshot, now, sessionRow } from '../../support/fake-fleet.ts';
import { plain, viewAt } from '../../support/view.ts';

const choice = { filter: '', troubleOnly: false, groupBy: 'state' } as const;

const linesOf = (
  view: View,
  patch: { filter?: string; troubleOnly?: boolean; cursorId?: string } = {},
): readonly string[] => {
  const { sessions } = view.snapshot;
  const order = settle(noOrder, { sessions, now, sort: 'default', frozen: false, lastKeyAt: null });
  const chosen = { ...choice, filter: patch.filter ?? '', troubleOnly: patch.troubleOnly ?? false };
  const items = fleetItems(view, order, chosen);
  return plain(
    fleetScreen(view, items, {
      order,
      choice: chosen,
      cursorId: patch.cursorId ?? null,
      top: 0,
      marks: new Set(),
      damped: dampCpu(new Map(), sessions, now),
      hidden: new Set(),
      sorted: 'name',
      status: null,
    }).lines,
  );
};

describe('the fleet screen', () => {
  it('is what was drawn at 120x32 and at 80x24', () => {
    const snapshot = exampleFleet('bad', 12);
    expect(linesOf(viewAt(120, 32, { snapshot }))).toEqual(fleet120);
    expect(linesOf(viewAt(80, 24, { snapshot }))).toEqual(fleet80);
  });

  it('leaves out what nothing has measured yet', () => {
    const lines = linesOf(viewAt(120, 32));
    expect(lines[4]).toBe(
      '    bot ↓                   state           for   waiting                                      in/out  last  cpu  mem',
    );
    expect(lines.join('\n')).not.toMatch(/served|msgs|answers \d/);
    expect(lines.find((line) => line.includes('loja-centro'))).toBe(
      '  ● loja-centro              connected      41d    –       11 97777-8888                        66/61    9s   6% 241M',
    );
  });

  it('has exactly as many rows as the window, and an empty last column, at every size', () => {
    for (const columns of [20, 40, 51, 52, 60, 79, 80, 99, 100, 119, 120, 160, 200, 300])
      for (const rows of [4, 12, 15, 16, 24, 29, 30, 40, 50])
        for (const language of ['en', 'pt-BR'] as const) {
          const lines = linesOf(viewAt(columns, rows, { language }));
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect([...line].length).toBeLessThan(columns);
        }
  });

  it('says all well, and what is off', () => {
    const sessions = [sessionRow('a1'), sessionRow('b2'), sessionRow('c3', { state: 'stopped' })];
    const lines = linesOf(viewAt(80, 24, { snapshot: { ...exampleSnapshot(), sessions } }));
    expect(lines[2]).toMatch(/^ {2}✓ all 2 answering {3}nobody waits +○ 1 off$/);
  });

  it('finds sessions by words of the name, the client, the number or the state, without accents', () => {
    const view = viewAt(120, 32);
    expect(linesOf(view, { filter: 'joao' }).join('\n')).toContain('Padaria do João');
    expect(linesOf(view, { filter: 'padaria-joao' }).join('\n')).toContain('Padaria do João');
    expect(linesOf(view, { filter: '97777-8888' }).join('\n')).toContain('loja-centro');
    expect(linesOf(view, { filter: 'scan qr' }).join('\n')).toContain('Studio Bela');
    expect(linesOf(view, { filter: 'nothing like it' }).join('\n')).toContain('No bot matches "nothing like it"');
    expect(linesOf(view, { troubleOnly: true }).join('\n')).not.toContain('loja-centro');
  });

  it('folds the sessions of an incident into one row, so that other trouble stays visible', () => {
    const sessions = [
      ...Array.from({ length: 9 }, (_, index) => sessionRow(`loja-${index}`, { state: 'offline', incidentId: 14 })),
      sessionRow('padaria', { state: 'logged_out' }),
    ];
    const lines = linesOf(
      viewAt(120, 32, { snapshot: { ...exampleSnapshot(), sessions, incidents: [exampleIncident()] } }),
    );
    expect(lines.join('\n')).toContain('↻ 9 bots in incident 14');
    expect(lines.join('\n')).toContain(' Recovering by itself 9 ─');
    expect(lines.join('\n')).not.toContain('loja-3');
    expect(lines.join('\n')).toContain('▲ padaria');
  });

  it('shows an incident as it was drawn', () => {
    const snapshot = { ...exampleSnapshot(), incidents: [exampleIncident()] };
    expect([
      ...plain(bannerLines(viewAt(120, 32, { snapshot }))),
      ...plain(bannerLines(viewAt(80, 24, { snapshot }))),
    ]).toEqual(incident);
    expect(plain(bannerLines(viewAt(200, 50, { snapshot })))[0]).toContain(
      'Incident 14  WhatsApp Web or the network: 9 of 12',
    );
  });

  it.each([
    ['en', 'no-network', /^▌ ▲ no internet since \d\d:\d\d, 12 bots wait, next try 20 ?s$/],
    ['pt-BR', 'no-network', /^▌ ▲ sem internet desde \d\d:\d\d, 12 robôs esperam, nova tentativa em 20 ?s$/],
    ['pt-BR', 'dns', /^▌ ▲ sem internet \(o DNS não responde\) desde \d\d:\d\d, /],
    ['en', 'whatsapp-unreachable', /^▌ ▲ WhatsApp cannot be reached since \d\d:\d\d, /],
  ] as const)('says in one line that the network is away, in %s: %s', (language, fault, line) => {
    const away = { ...exampleIncident(), outage: { fault, waiting: 12 }, nextTryAt: now + 20_000 };
    const snapshot = { ...exampleSnapshot(), incidents: [away] };
    const lines = plain(bannerLines(viewAt(120, 32, { snapshot, language })));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  it('puts the worst banner first and counts the others', () => {
    const banner = (id: string, level: 'warn' | 'bad') => ({
      id,
      level,
      code: id,
      text: `text of ${id}`,
      since: now,
      values: {},
    });
    const snapshot = { ...exampleSnapshot(), banners: [banner('a', 'warn'), banner('b', 'bad'), banner('c', 'warn')] };
    const [line] = plain(bannerLines(viewAt(80, 24, { snapshot })));
    expect(line).toMatch(/^▌ ▲ text of b +\+2 more$/);
  });

  it('shows long work under what is worse, once it lasts, in both languages', () => {
    const job: FleetSnapshot['jobs'][number] = {
      id: 1,
      kind: 'delete',
      session: 'padaria',
      done: 10,
      total: 40,
      step: 'history',
      startedAt: now - 5000,
      problem: null,
    };
    const young = { ...job, id: 2, startedAt: now };
    const other = { ...job, id: 3, kind: 'backup', session: null } as const;
    const of = (jobs: FleetSnapshot['jobs'], language: 'en' | 'pt-BR' = 'en') =>
      plain(bannerLines(viewAt(80, 24, { snapshot: { ...exampleSnapshot(), jobs }, language })));
    expect(of([young])).toEqual([]);
    expect(of([job])).toEqual(['  ◐ Erasing padaria with all that was said in it: 10 of 40 (25%)']);
    expect(of([job], 'pt-BR')).toEqual(['  ◐ Apagando padaria com tudo o que foi dito nela: 10 de 40 (25%)']);
    expect(of([job, other])[0]).toMatch(/^ {2}◐ Erasing padaria .* \+1 more$/);
    expect(of([{ ...job, problem: 'disk is full' }])[0]).toMatch(/^▌ ▲ Erasing .*; waits for it…$/);
    const banner = { id: 'a', level: 'bad', code: 'a', text: 'worse', since: now, values: {} } as const;
    const both = { ...exampleSnapshot(), banners: [banner], jobs: [job] };
    expect(plain(bannerLines(viewAt(80, 24, { snapshot: both })))).toEqual([
      '▌ ▲ worse',
      expect.stringMatching(/^ {2}◐ /),
    ]);
  });

  it('says what the master says in Portuguese', () => {
    const values = { percent: 96, measures: 'warn,cut-logs,pause-backups' };
    const banner = {
      id: 'disk',
      level: 'bad',
      code: 'disk',
      text: 'Disk 96%: logs cut, backups paused',
      since: now,
      values,
    };
    const snapshot: FleetSnapshot = { ...exampleSnapshot(), banners: [{ ...banner, level: 'bad' }] };
    expect(plain(bannerLines(viewAt(80, 24, { snapshot })))).toEqual(['▌ ▲ Disk 96%: logs cut, backups paused']);
    expect(plain(bannerLines(viewAt(80, 24, { snapshot, language: 'pt-BR' })))).toEqual([
      '▌ ▲ Disco em 96%: registros cortados, backups parados',
    ]);
  });
});

describe('the window of the table', () => {
  it('moves as little as possible and keeps the cursor inside', () => {
    expect(windowTop(0, 5, 10, 100)).toBe(0);
    expect(windowTop(0, 10, 10, 100)).toBe(1);
    expect(windowTop(50, 20, 10, 100)).toBe(19);
    expect(windowTop(95, 99, 10, 100)).toBe(90);
    expect(windowTop(95, 0, 10, 5)).toBe(0);
  });
});
