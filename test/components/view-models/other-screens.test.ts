import { describe, expect, it } from 'vitest';
import { emptyField, fieldOf } from '../../../components/paint/field.ts';
import { type Line, lineWidth } from '../../../components/paint/line.ts';
import { botsBox, costsAsCsv, costsOf, sumsBox, turnLines } from '../../../components/view-models/cost.ts';
import { dayMeasures, daysBox, lastDays, niceStep } from '../../../components/view-models/cost-days.ts';
import { costLayout } from '../../../components/view-models/cost-layout.ts';
import { targetOf } from '../../../components/view-models/dialog-kinds.ts';
import { askBox } from '../../../components/view-models/dialogs/ask-box.ts';
import { formBox } from '../../../components/view-models/dialogs/form-box.ts';
import { infoBox } from '../../../components/view-models/dialogs/info-box.ts';
import { nameBox } from '../../../components/view-models/dialogs/name-box.ts';
import { firstRunLines } from '../../../components/view-models/first-run.ts';
import { firstRunState } from '../../../components/view-models/first-run-steps.ts';
import { weekBox, weekRows } from '../../../components/view-models/incident-week.ts';
import { incidentBox, incidentsBox } from '../../../components/view-models/incidents.ts';
import { wallRow } from '../../../components/view-models/qr-wall.ts';
import { statusLines } from '../../../components/view-models/session-status.ts';
import type { View } from '../../../components/view-models/view.ts';
import { exampleIncident } from '../support/example-incidents.ts';
import { exampleTurn } from '../support/example-turns.ts';
import { exampleSnapshot, hours, minutes, now, sessionRow } from '../support/fake-fleet.ts';
import { plain, plainOf, viewAt } from '../support/view.ts';

const sizes = [
  [40, 12],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 50],
] as const;
const views = sizes.flatMap(([columns, rows]) =>
  (['en', 'pt-BR'] as const).map((language) => {
    const snapshot = exampleSnapshot();
    const sessions = snapshot.sessions.map((row, index) =>
      index % 2 === 0 ? row : { ...row, label: 'Padaria 🧑‍🍳 do João e filhos, a mais antiga do bairro 漢字' },
    );
    return viewAt(columns, rows, { language, snapshot: { ...snapshot, sessions } });
  }),
);
const fits = (lines: readonly Line[], width: number, view: View): void => {
  for (const line of lines)
    expect(lineWidth(line), `${view.columns} ${view.language}: ${plainOf(line)}`).toBeLessThanOrEqual(width);
};

const used = [
  { day: '2026-11-22', calls: 31, inputTokens: 41_000, outputTokens: 2100, costUsd: 1.8 },
  { day: '2026-11-20', calls: 55, inputTokens: 70_000, outputTokens: 4100, costUsd: 5.7 },
];

describe('the days of what the AI cost', () => {
  it('end today, have no cost before anything was kept and nothing on a day without answers', () => {
    const days = lastDays(used, { count: 4, today: '2026-11-22', costToday: 1.84 });
    expect(days.map(({ day, costUsd }) => [day, costUsd])).toEqual([
      ['2026-11-19', null],
      ['2026-11-20', 5.7],
      ['2026-11-21', 0],
      ['2026-11-22', 1.84],
    ]);
  });

  it('have an axis of at most three steps that reach the top', () => {
    for (const most of [0.004, 0.07, 1.2, 5.7, 22.7, 480]) {
      expect(niceStep(most) * 3).toBeGreaterThanOrEqual(most - 1e-9);
      expect(niceStep(most)).toBeLessThan(most * 2);
    }
  });

  it('name the day that went over the budget', () => {
    const days = lastDays(used, { count: 28, today: '2026-11-22', costToday: 1.84 });
    const lines = plain(daysBox(viewAt(120, 40), days, 5, { width: 94, rows: 15 }));
    expect(lines).toHaveLength(15);
    expect(lines.join('\n')).toContain('$5.70 on 20 Nov');
    expect(lines[0]).toContain('budget $5.00');
  });
});

describe('what each bot cost', () => {
  it('is listed with the dearest first, bots that are gone by their name', () => {
    const sessions = [sessionRow('aa', { label: 'Ana', costTodayUsd: 0.2 }), sessionRow('bb', { costTodayUsd: 0.5 })];
    expect(costsOf(sessions, null).map(({ label }) => label)).toEqual(['bb', 'Ana']);
    const shares = [{ of: 'gone', calls: 1, inputTokens: 1, outputTokens: 1, costUsd: 3 }];
    const costs = costsOf(sessions, shares);
    expect(costs).toEqual([{ id: null, name: 'gone', label: 'gone', costUsd: 3 }]);
    expect(costsAsCsv(costs)).toBe('name,label,usd\n"gone","gone",3.0000');
  });
});

describe('an incident', () => {
  it('shows where it broke even where there is little room', () => {
    const lines = plain(incidentBox(viewAt(80, 24), exampleIncident(), 40, 12));
    expect(lines.join('\n')).toContain('✕ login');
  });

  it('stands in the lane of whose fault it was', () => {
    const incident = { ...exampleIncident(), id: 7, blame: 'server' as const, startedAt: now - hours(30) };
    const ended = { ...incident, endedAt: incident.startedAt + minutes(14) };
    const lines = plain(weekBox(viewAt(120, 40), { incidents: [ended], connected: null }, 119, true));
    const lane = lines.findIndex((line, row) => row > 0 && line.includes('this server') && line.includes('▅'));
    expect(lane).toBeGreaterThan(0);
    expect(lines[lane + 1]).toContain('7 14m');
    expect(weekRows([ended], true)).toBe(lines.length);
  });
});

describe('a form', () => {
  it('cuts nothing of an empty field with a note beside it', () => {
    const view = viewAt(120, 40);
    const fields = [{ label: 'name', value: '', note: 'optional' }];
    const text = plain(formBox(view, 'New', fields, 1, null, view.t.dialog.createKeys)).join('\n');
    expect(text).toContain('optional');
    expect(text).not.toContain('…');
  });

  it('shows at 40 columns what is typed with its cursor, and what is made of it below', () => {
    const view = viewAt(40, 12);
    const typed = 'Padaria do João e filhos, a mais antiga do bairro';
    const note = 'padaria-do-joao-e-filhos';
    const fields = [
      { label: 'name', value: typed, field: fieldOf(typed), note },
      { label: 'start it now', value: '[x]', note: '', choice: true },
    ];
    const lines = plain(formBox(view, 'New', fields, 0, null, view.t.dialog.createKeys));
    expect(lines.some((line) => /name .*bairro_/.test(line))).toBe(true);
    expect(lines.some((line) => line.includes('→ padaria-do-joao-'))).toBe(true);
  });
});

describe('the facts of a bot in words', () => {
  it('name its number and its model once', () => {
    const view = viewAt(40, 12);
    const row = sessionRow('loja-1', { phone: '5511987654321', provider: 'openai', model: 'gpt-5.6-luna' });
    const text = plain(statusLines(row, view)).join('\n');
    expect(text.match(/98765-4321/g)).toHaveLength(1);
    expect(text.match(/gpt-5\.6-luna/g)).toHaveLength(1);
    const other = plain(statusLines({ ...row, expectedPhone: '5521998761234' }, view)).join('\n');
    expect(other).toContain('99876-1234');
  });
});

describe('every one of these screens', () => {
  it('is as wide as its place, in every size and language, with any name', () => {
    for (const view of views) {
      const width = view.columns - 1;
      const layout = costLayout(view.columns, view.rows - 6);
      const days = lastDays(used, { count: 40, today: '2026-11-22', costToday: 1.84 });
      const list = {
        costs: costsOf(view.snapshot.sessions, null),
        top: 0,
        cursor: 1,
        budgets: new Map(view.snapshot.sessions.map(({ name }) => [name as string, 0.5])),
        days: 1,
      };
      fits(
        botsBox(view, list, 'x', { width: layout.listWidth, rows: layout.lowerRows, empty: '', order: () => [] }),
        layout.listWidth,
        view,
      );
      if (layout.chartRows > 0) {
        const { chartWidth, chartRows, sumsWidth } = layout;
        const { count } = dayMeasures(chartWidth, chartRows);
        fits(daysBox(view, days.slice(-count), 5, { width: chartWidth, rows: chartRows }), chartWidth, view);
        fits(sumsBox(view, { days, models: [] }, { width: sumsWidth, rows: chartRows }), sumsWidth, view);
      }
      if (layout.answersWidth > 0)
        fits(turnLines(view, [exampleTurn('aa')], layout.answersWidth - 4), layout.answersWidth - 4, view);

      const incidents = [exampleIncident(), { ...exampleIncident(), id: 9, endedAt: now }];
      if (view.columns >= 76) fits(weekBox(view, { incidents, connected: null }, width, view.rows > 30), width, view);
      fits(
        incidentsBox(view, incidents, { cursor: 0, top: 0, width, rows: view.rows - 5, empty: 'none' }),
        width,
        view,
      );
      fits(incidentBox(view, exampleIncident(), width, view.rows - 5), width, view);

      const [row = sessionRow('x')] = view.snapshot.sessions.filter(({ label }) => label.includes('antiga'));
      const target = targetOf(row);
      const state = { field: fieldOf('pa'), purge: false, focus: 'name', changed: true, totals: null } as const;
      for (const box of [
        nameBox(view, 'delete', [target], state),
        nameBox(view, 'logout', [target], { ...state, field: emptyField }),
        askBox(view, view.t.dialog.askTitle(view.t.verb.pause, row.label), [view.t.dialog.pauseWhat], [target]),
        formBox(
          view,
          'x',
          [{ label: 'name', value: 'abc_', note: 'optional' }],
          0,
          view.t.dialog.gone,
          view.t.dialog.createKeys,
        ),
        infoBox(view, 'Why', ['-- heading --', row.label.repeat(9)], 0, true).lines,
      ]) {
        fits(box, width, view);
        expect(new Set(box.map(lineWidth)).size, plain(box).join('\n')).toBe(1);
      }

      const wide = { ...view, snapshot: { ...view.snapshot, sessions: [] } };
      const first = firstRunLines(wide, { ...firstRunState('America/Sao_Paulo'), problem: row.label }, null);
      fits(first, width, view);
      expect(first).toHaveLength(view.rows);
      fits([wallRow(row, view, width, true)], width, view);
    }
  });
});
