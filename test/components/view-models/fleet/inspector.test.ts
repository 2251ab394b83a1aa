import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../../components/paint/line.ts';
import { type FleetExtra, noExtra } from '../../../../components/view-models/fleet/fleet-extra.ts';
import { inspectorBox } from '../../../../components/view-models/fleet/inspector.ts';
import type { SessionRow } from '../../../../src/protocol/fleet.ts';
import type { Language } from '../../../../src/words/language.ts';
import { exampleFleet } from '../../support/example-fleets.ts';
import { hours, now } from '../../support/fake-fleet.ts';
import { plain, viewAt } from '../../support/view.ts';

const snapshot = exampleFleet('bad', 12);
const rowOf = (name: string): SessionRow =>
  snapshot.sessions.find((row) => row.name === name) ?? expect.unreachable(name);

const shown = (
  row: SessionRow,
  extra: Partial<FleetExtra> = {},
  { language = 'en', width = 119, fleetBudget = 5 as number | null }: Partial<Shown> = {},
): string => {
  const aiToday = { costUsd: 1.84, budgetUsd: fleetBudget };
  const view = viewAt(120, 40, { language, snapshot: { ...snapshot, fleet: { ...snapshot.fleet, aiToday } } });
  const lines = inspectorBox(row, { ...noExtra, ...extra }, view, { width, rows: 8 });
  for (const line of lines) expect(lineWidth(line)).toBe(width);
  return plain(lines).join('\n');
};
interface Shown {
  readonly language: Language;
  readonly width: number;
  readonly fleetBudget: number | null;
}

describe('the session under the cursor, in trouble', () => {
  const padaria = rowOf('padaria-joao');

  it('is told with how it did before, and what customers usually write at this hour', () => {
    const row = { ...padaria, answerMs: { half: 18_000, most: 38_000 } };
    const text = shown(row, { usual: { name: 'padaria-joao', messages: 20 } });
    expect(text).toContain('before that 16 of 17 h in time, half in 18s, usual now: 20 an hour');
    const pt = shown(row, { usual: { name: 'padaria-joao', messages: 20 } }, { language: 'pt-BR' });
    expect(pt).toContain('antes 16 de 17 h em dia, metade em 18s, normal agora: 20 por hora');
  });

  it('says nothing of what is not known, and nothing of another session', () => {
    const text = shown(padaria, { usual: { name: 'loja-centro', messages: 20 } });
    expect(text).not.toMatch(/usual now|half in/);
    expect(shown(padaria, { usual: { name: 'padaria-joao', messages: null } })).not.toContain('usual now');
    const old = shown({ ...padaria, since: now - hours(30) });
    expect(old).not.toContain('before that');
  });

  it('has a text for the client where only the phone helps', () => {
    expect(shown(padaria)).toContain(
      'y copies a text for the client: “Hello! The WhatsApp of Padaria do João was disco',
    );
    expect(shown(rowOf('studio-bela'), {}, { language: 'pt-BR' })).toContain(
      'y copia um texto para o cliente: “Oi! Para conectar o WhatsApp de Studio Bela, abra este link',
    );
    expect(shown(rowOf('otica-visao'))).not.toContain('for the client');
  });
});

describe('the session under the cursor, when it is well', () => {
  const loja = { ...rowOf('loja-centro'), costTodayUsd: 0.85 };

  it('shows what it spent of its own budget as a meter', () => {
    const text = shown(loja, { budget: { name: 'loja-centro', usd: 1 } });
    expect(text).toMatch(/AI today +━{20}╸?─* +\$0\.85 of its \$1/);
    expect(shown(loja, { budget: { name: 'loja-centro', usd: 1 } }, { language: 'pt-BR', width: 147 })).toContain(
      'US$ 0,85 dos seus US$ 1',
    );
  });

  it('without one it shows the budget of the fleet, and says whose it is', () => {
    const text = shown(loja, { budget: { name: 'loja-centro', usd: null } });
    expect(text).toMatch(/AI today +━+╸?─+ +fleet 37% of \$5/);
    expect(text).toContain('$0.85 today');
    expect(shown(loja, {}, { width: 147 })).toContain('the fleet: $1.84 of $5');
  });

  it('has no meter where there is no budget', () => {
    const text = shown(loja, { budget: { name: 'loja-centro', usd: null } }, { fleetBudget: null });
    expect(text).not.toContain('AI today');
    expect(text).toContain('$0.85 today');
  });

  it('sets what came in the last hour beside what is usual', () => {
    expect(shown(loja, { usual: { name: 'loja-centro', messages: 18 } })).toMatch(/messages .* \d+\/\d+, usual 18 in/);
    expect(shown(loja)).toMatch(/messages .* \d+\/\d+ in 1 h/);
    expect(shown(loja, {}, { width: 147 })).toMatch(/messages .* \d+\/\d+ in the last hour/);
  });
});
