import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../components/paint/line.ts';
import { costOfDays } from '../../../components/view-models/session/ai-box.ts';
import { attentionBox } from '../../../components/view-models/session/attention-box.ts';
import { overviewLines } from '../../../components/view-models/session/overview.ts';
import { type Asked, nothingAsked, type OverviewData } from '../../../components/view-models/session/overview-data.ts';
import { throughTheDay } from '../../../components/view-models/session/today-box.ts';
import { reasonOf } from '../../../components/view-models/session-cells.ts';
import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { BelongingsStanding } from '../../../src/session/belongings.ts';
import type { LoginBundleStanding } from '../../../src/session/login-bundle.ts';
import { defaultConfig } from '../../../src/session/session-config.ts';
import { exampleChats } from '../support/example-chats.ts';
import { days, exampleSnapshot, fleetEvent, hours, minutes, now, sessionRow } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const mega = 2 ** 20;
const ok = <T>(data: T): Asked<T> => ({ data, error: null });
const sizes = [
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 50],
] as const;

const row = sessionRow('padaria-joao', {
  label: 'Padaria do João',
  costTodayUsd: 0.42,
  resources: {
    cpuPercent: 2,
    memoryBytes: 212 * mega,
    memoryIsPss: true,
    rssBytes: 600 * mega,
    processes: 8,
    orphans: 0,
    memoryTrend: [],
  },
  served: 'ii......iiiiiiiiiiiiliii',
  answerMs: { half: 18_000, most: 70_000 },
  memorySoftBytes: 700 * mega,
});

const data: OverviewData = {
  today: ok({ received: 142, sent: 131, customers: 38, perHour: Array.from({ length: 24 }, (_, hour) => hour % 15) }),
  answers: ok({ counts: [29, 76, 18, 6, 2], slowest: { ms: 160_000, chat: 'Marina S.', at: now - hours(1) } }),
  heat: ok({
    cells: Array.from({ length: 7 }, (_, day) =>
      Array.from({ length: 24 }, (_cell, hour) => (day === 5 && hour === 8 ? 41 : 2)),
    ),
    measuredDays: 7,
  }),
  memory: ok({ buckets: Array.from({ length: 96 }, () => 200 * mega), slopeBytesPerHour: 2 * mega }),
  connected: ok({ hours: Array.from({ length: 720 }, () => 1), share: 0.9997 }),
  usage: ok({ days: [{ day: '2026-11-21', calls: 100, inputTokens: 1, outputTokens: 1, costUsd: 1.2 }] }),
  chats: ok({ chats: exampleChats('padaria-joao') }),
  events: ok({ events: [fleetEvent('padaria-joao', now - days(3), 'offline: no network', { level: 'warn' })] }),
  details: ok({
    row,
    config: { ...defaultConfig(), ai: { ...defaultConfig().ai, dailyBudgetUsd: 1 } },
    instructions: { version: 7, text: 'x', author: 'you', createdAt: now, isCurrent: true },
    hasOwnAiKey: false,
    loginBundle: null,
  }),
};

const drawn = (
  columns: number,
  rows: number,
  {
    of = row,
    with: asked = data,
    language = 'en',
    demo = false,
  }: { of?: SessionRow; with?: OverviewData; language?: 'en' | 'pt-BR'; demo?: boolean } = {},
) =>
  overviewLines(of, {
    data: asked,
    customers: { silent: [], asking: [] },
    view: viewAt(columns, rows, {
      language,
      snapshot: { ...exampleSnapshot(), fleet: { ...exampleSnapshot().fleet, demo } },
    }),
    rows: rows - 5,
  });
const text = (...input: Parameters<typeof drawn>): string => plain(drawn(...input)).join('\n');

describe('the overview of a session', () => {
  it('says what every box is for, with the newest number beside it', () => {
    const shown = text(120, 40);
    for (const part of [
      'messages came',
      '131 went out',
      'half in 18s',
      /10 to 30s +▆+ +58%/,
      'slowest 2m 40s  Marina S. at 13:41',
      '17 of 18 h in time',
      'connected 99.97% of 30 days',
      /last trouble 3d {2}offline/,
      'busiest Sat 8h, 41 messages',
      '212M of 700M',
      'grows 2M/h',
      'limit in 10d',
      'gpt-5.6-luna  OpenAI, fleet key',
      '$0.42 of $1.00',
      '14 d $1.20   an answer $0.0120',
      'prompt v7',
    ])
      expect(shown).toMatch(typeof part === 'string' ? new RegExp(part.replace(/[$.+]/g, '\\$&')) : part);
  });

  it('fills its room and never more, in every size and language, also of names from everywhere', () => {
    const strange = {
      ...data,
      chats: ok({
        chats: exampleChats('x').map((chat) => ({
          ...chat,
          name: '👩‍👩‍👧‍👦 漢字 مرحبا'.repeat(4),
          lastText: '🇧🇷'.repeat(60),
        })),
      }),
    };
    for (const language of ['en', 'pt-BR'] as const)
      for (const [columns, rows] of sizes)
        for (const asked of [data, strange, nothingAsked]) {
          const lines = drawn(columns, rows, { with: asked, language });
          expect(lines).toHaveLength(rows - 5);
          for (const line of lines) expect(lineWidth(line)).toBe(columns - 1);
        }
  });

  it('draws the CPU of its day from when it was measured, and before that nothing', () => {
    const line = (cpu?: readonly (number | null)[]): string => {
      const memory = ok({ buckets: [], slopeBytesPerHour: null, ...(cpu === undefined ? {} : { cpu }) });
      const [, box = ''] = /│ (cpu .*?) │/.exec(plain(drawn(120, 40, { with: { ...data, memory } })).join('\n')) ?? [];
      return box.trimEnd();
    };
    expect(line()).toBe('cpu       2% now');
    expect(line(Array.from({ length: 288 }, () => null))).toBe('cpu       2% now');
    const lately = Array.from({ length: 288 }, (_, at) => (at < 144 ? null : at === 200 ? 40 : 2));
    expect(line(lately)).toMatch(/^cpu {10,}▁+▇▁+ 2% now$/);
    // It was off in between.
    expect(line(Array.from({ length: 288 }, (_, at) => (at > 100 && at < 200 ? null : 5)))).toMatch(
      /^cpu {7}▄+·+▄+ 2% now$/,
    );
  });

  it('measures before it draws, and says when the first point comes', () => {
    const fresh = sessionRow('nova', { resources: row.resources });
    const asked = {
      ...nothingAsked,
      memory: ok({ buckets: Array.from({ length: 96 }, () => null), slopeBytesPerHour: null }),
    };
    const shown = text(120, 40, { of: fresh, with: asked });
    expect(shown.match(/measuring, first point in \d+m/g)).toHaveLength(2);
    expect(shown).not.toMatch(/[⠀-⣿▁▂▅▇]/);
  });

  it('lives with a master that does not know a question, and says so in its box alone', () => {
    const older = { data: null, error: 'this master does not know "heat"; it runs version 1.0.0.' };
    const shown = text(120, 40, { with: { ...data, heat: older, memory: { data: null, error: 'no answer' } } });
    expect(shown).toContain('The master that runs is older than');
    expect(shown).toContain('not told: no answer');
    expect(shown).toContain('half in 18s');
  });

  it('puts what needs a person above everything, with its keys', () => {
    const lost = { ...row, verdict: 'logged_out', since: now - minutes(27) } as const;
    const lines = plain(drawn(120, 40, { of: lost }));
    expect(lines[0]).toMatch(/^╭─ What needs you ─+ x why ─╮$/);
    expect(lines[1]).toContain('unlinked on the phone 14:14');
    expect(lines[2]).toContain('enter QR');
    expect(lines[4]).toMatch(/^╭─ Today/);
    expect(plain(drawn(120, 40))[0]).toMatch(/^╭─ Today/);
  });

  it('cuts no price, no time and no word of its boxes in Portuguese, shorter ones stand instead', () => {
    const slowest = { ms: 160_000, chat: 'Maria Aparecida dos Santos', at: now - hours(1) };
    const answers = ok({ counts: [29, 76, 18, 6, 2] as const, slowest });
    const view = viewAt(120, 40, { language: 'pt-BR' });
    const shown = plain(
      overviewLines(row, { data: { ...data, answers }, customers: { silent: [], asking: [] }, view, rows: 34 }),
    ).join('\n');
    expect(shown).toMatch(/a mais lenta 2m 40s {2}\d\d:\d\d +│/);
    expect(shown).toMatch(/14 d US\$ [\d,]+ {2,3}(cada|uma resposta) US\$ 0,\d{4} +│/);
    expect(shown).toMatch(/ chegaram +│/);
    expect(shown).toMatch(/gpt-5\.6-luna {2}[^…│]+│/);
  });

  it('does not say of a bot that only starts that it recovers', () => {
    const starts = { ...row, verdict: 'starting', since: now } as const;
    const lines = plain(drawn(120, 40, { of: starts }));
    expect(lines[0]).toMatch(/^╭─ On its way ─+╮$/);
    expect(lines.slice(0, 3).join('\n')).not.toContain('heals itself');
    const offline = { ...row, verdict: 'offline', since: now } as const;
    expect(plain(drawn(120, 40, { of: offline }))[0]).toMatch(/^╭─ Recovers by itself ─+╮$/);
  });

  it('tells quiet facts without an alarm', () => {
    const held = { ...row, heldMessages: 2, pausedChats: 1, replies: 'draft' } as const;
    const lines = plain(drawn(80, 24, { of: held }));
    expect(lines[0]).toContain('To know');
    expect(lines.slice(1, 4).join('\n')).toMatch(/replies +watch mode.*\n.*held +2 .*\n.*paused chats +1/);
  });
});

describe('the numbers of a box', () => {
  it('of a day end with the hour that is', () => {
    const perHour = Array.from({ length: 24 }, (_, hour) => (hour === 0 ? 4 : 2));
    const points = throughTheDay(perHour, 11, 48);
    expect(points[0]).toBe(4);
    expect(points[23]).toBe(2);
    expect(points.slice(24)).toEqual(Array.from({ length: 24 }, () => null));
  });

  it('of money are nought on a day without answers, and unknown before the session was made', () => {
    const found = [{ day: '2026-11-22', calls: 1, inputTokens: 1, outputTokens: 1, costUsd: 0.5 }];
    expect(costOfDays(found, { now, createdAt: now - days(2), count: 5 })).toEqual([null, null, 0, 0, 0.5]);
  });
});

it.each([
  ['en', false, 'echo, repeats what was written'],
  ['en', true, 'written answers of the demo'],
  ['pt-BR', false, 'eco, repete o que foi escrito'],
  ['pt-BR', true, 'respostas escritas da demonstração'],
] as const)('says in %s, demo %s, what answers where no service does', (language, demo, words) => {
  const echo = sessionRow('padaria-joao', { provider: 'echo' });
  expect(plain(drawn(120, 40, { of: echo, language, demo })).join('\n')).toContain(words);
});

describe('failover', () => {
  const noted = (failover: 'manual' | 'auto', language: 'en' | 'pt-BR'): string => {
    const view = viewAt(120, 40, { language });
    const nobody = { silent: [], asking: [] };
    return plain(attentionBox(sessionRow('padaria-joao', { failover }), nobody, view, { width: 118, most: 10 })).join(
      ' ',
    );
  };

  it('that has a price is said with the price; the usual one is not said', () => {
    expect(noted('manual', 'en')).toBe('');
    expect(noted('auto', 'en')).toContain('without Supabase it stops after a minute');
    expect(noted('auto', 'pt-BR')).toContain('sem Supabase ela para em um minuto');
  });

  it('is the reason of a session that stopped for it', () => {
    const stopped = sessionRow('padaria-joao', {
      failover: 'auto',
      state: 'held',
      verdict: 'paused_start',
      reasonCode: 'failover-away',
      reason: 'Supabase is away, and another server may take it by now: that is the price of failover auto.',
    });
    expect(reasonOf(stopped, viewAt(120, 40))).toContain('the price of failover auto');
    expect(reasonOf(stopped, viewAt(120, 40, { language: 'pt-BR' }))).toContain('com failover auto');
  });
});

describe('a login that travels', () => {
  const saying = (loginBundle: LoginBundleStanding | null, language: 'en' | 'pt-BR' = 'en'): string => {
    const details = data.details.data;
    if (details === null) throw new Error('the example has no details');
    return text(120, 40, { with: { ...data, details: ok({ ...details, loginBundle }) }, language });
  };
  const made = { epoch: 3, at: now - hours(3), bytes: 12_000_000 };
  const fetched = { at: now - hours(1), madeAt: now - hours(4), from: 'vps-2', taken: true };
  const problem = { at: now, text: 'Supabase Storage is full' };

  it('is said in the box of its browser: kept, come from elsewhere, or in trouble', () => {
    expect(saying({ made, fetched: null, problem: null })).toMatch(/login +in Storage, 3h old/);
    expect(saying({ made, fetched, problem: null })).toMatch(/login +came from vps-2/);
    expect(saying({ made: { ...made, at: now }, fetched, problem: null })).toMatch(/login +in Storage/);
    expect(saying({ made, fetched, problem })).toMatch(/login +trouble: zap-fleet why/);
    expect(saying({ made, fetched: null, problem: null }, 'pt-BR')).toMatch(/login +no Storage, há 3h/);
    expect(saying({ made, fetched, problem }, 'pt-BR')).toMatch(/login +problema: zap-fleet why/);
  });

  it('takes no line where none travels', () => {
    expect(saying(null)).not.toMatch(/\blogin\b/);
  });

  it('has its tools and files beside it, which take a line only where some did not come', () => {
    const hands = (belongings: BelongingsStanding, language: 'en' | 'pt-BR' = 'en'): string => {
      const details = data.details.data;
      if (details === null) throw new Error('the example has no details');
      return text(120, 40, { with: { ...data, details: ok({ ...details, belongings }) }, language });
    };
    const well = { made: { at: now, bytes: 12 }, fetched: null, problem: null, missing: [] };
    const missing = [{ what: 'tools', text: 'the bundle does not open' }];
    expect(hands(well)).not.toMatch(/zap-fleet why/);
    expect(hands({ ...well, problem })).toMatch(/tools +trouble: zap-fleet why/);
    expect(hands({ ...well, missing })).toMatch(/tools +not all: zap-fleet why/);
    expect(hands({ ...well, missing }, 'pt-BR')).toMatch(/recursos +não todos: zap-fleet why/);
  });
});
