import { expect, it } from 'vitest';
import { botsBox, costsOf, sumsBox, turnLines } from '../../../components/view-models/cost.ts';
import { daysBox, lastDays } from '../../../components/view-models/cost-days.ts';
import { costBox } from '../../../components/view-models/fleet/boxes/cost-box.ts';
import { serverBox } from '../../../components/view-models/fleet/boxes/server-box.ts';
import { pulseRow } from '../../../components/view-models/fleet/pulse-row.ts';
import { statusLines } from '../../../components/view-models/session-status.ts';
import type { View } from '../../../components/view-models/view.ts';
import { exampleTurn } from '../support/example-turns.ts';
import { exampleSnapshot } from '../support/fake-fleet.ts';
import { plainOf, viewAt } from '../support/view.ts';

const money = (view: View): string => {
  const { sessions, fleet } = view.snapshot;
  const days = lastDays([], { count: 14, today: '2026-11-22', costToday: 0.07 });
  const size = { width: 96, rows: 12 };
  const list = {
    costs: costsOf(sessions, null),
    top: 0,
    cursor: 0,
    budgets: new Map([['padaria-joao', 0.5]]),
    days: 1,
  };
  expect(fleet.aiToday.costUsd).toBeGreaterThan(0);
  return [
    pulseRow(view),
    ...serverBox(view, size),
    ...costBox([], view, size),
    ...daysBox(view, days, 0.05, size),
    ...botsBox(view, list, '', { ...size, empty: '', order: () => [] }),
    ...sumsBox(view, { days, models: [] }, size),
    ...turnLines(view, [exampleTurn(snapshot.sessions[0]?.name ?? '')], 92),
    ...statusLines(sessions[0] ?? expect.fail('no session'), view),
  ]
    .map(plainOf)
    .join('\n');
};

const snapshot = exampleSnapshot();

it('writes dollars as Brazil does wherever there is money', () => {
  const text = money(viewAt(120, 40, { language: 'pt-BR', snapshot }));
  expect(text.match(/US\$ \d/g)?.length).toBeGreaterThan(10);
  expect(text.match(/(?<!US)\$.*/g) ?? []).toEqual([]);
  expect(text.match(/.*US\$ [\d.]*\.\d\d\b.*/g) ?? []).toEqual([]);
  // Gigabytes, seconds and shares likewise; a model is called as it is called.
  expect(text.replaceAll(/gpt-[\d.]+/g, '').match(/.*\b\d\.\d\b.*/g) ?? []).toEqual([]);
});

it('writes them with a dollar sign in English', () => {
  const text = money(viewAt(120, 40, { language: 'en', snapshot }));
  expect(text).not.toContain('US$');
  expect(text.match(/\$\d+\.\d\d/g)?.length).toBeGreaterThan(10);
});

it('keeps a name of any length apart from how its answer ended', () => {
  const turn = { ...exampleTurn('loja'), who: 'João da Silva Sauro, com um nome comprido demais para caber' };
  for (const width of [76, 92, 115, 160])
    for (const line of turnLines(viewAt(200, 40, { language: 'en', snapshot }), [turn], width).slice(1)) {
      const text = plainOf(line);
      expect(text, `${width} columns`).toMatch(/João.*\S {2,}gpt-5\.6-luna {2}\S/);
      expect(text.length).toBeLessThanOrEqual(width);
    }
});
