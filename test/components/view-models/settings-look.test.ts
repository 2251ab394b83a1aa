import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../components/paint/line.ts';
import { doesLines, openSpans, weekLines } from '../../../components/view-models/settings/hours-week.ts';
import { sections, settingRows, settingWords } from '../../../components/view-models/settings/settings.ts';
import { type Edited, settingsLines } from '../../../components/view-models/settings/settings-lines.ts';
import type { SessionDetails } from '../../../src/protocol/fleet.ts';
import { defaultConfig } from '../../../src/session/session-config.ts';
import { settingKeys } from '../../../src/words/written/setting-kinds.ts';
import { sessionRow } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const config = defaultConfig();
const details: SessionDetails = {
  row: sessionRow('padaria-joao', { label: 'Padaria do João' }),
  config: {
    ...config,
    timing: {
      ...config.timing,
      quietMs: 12_000,
      openingHours: [
        { days: [1, 2, 3, 4, 5], from: '06:00', to: '22:00' },
        { days: [6], from: '20:00', to: '02:00' },
      ],
      awayMessage: `Já fechamos 🌙 ${'a gente volta já '.repeat(20)}`,
    },
  },
  instructions: { version: 7, text: 'You are the bakery.', author: 'you', createdAt: 1, isCurrent: true },
  hasOwnAiKey: false,
  loginBundle: null,
};
const at = (columns: number, rows: number, key: string, edited: Edited = null, language: 'en' | 'pt-BR' = 'en') => {
  const view = viewAt(columns, rows, { language });
  const all = settingRows(details, view);
  const cursor = all.findIndex((row) => row.kind === 'setting' && row.setting.key === key);
  return settingsLines(details, view, { rows: all, all, cursor, edited, height: rows - 5 });
};

describe('settings', () => {
  it('each have a section, a name and a sentence, in both languages', () => {
    const placed = Object.values(sections).flat();
    for (const key of settingKeys()) {
      expect(placed, key).toContain(key);
      for (const language of ['en', 'pt-BR'] as const) {
        const { name, does } = settingWords(key, viewAt(80, 24, { language }));
        expect(name, key).not.toBe(key);
        expect(does, key).toMatch(/[.?]$/);
      }
    }
    expect(new Set(placed).size).toBe(placed.length);
  });

  it('say what they are in words, what they would be, and what the one under the cursor does', () => {
    const shown = plain(at(120, 40, 'timing_config.quietMs'));
    const line = shown.find((text) => text.includes('Wait for quiet'));
    expect(line).toMatch(/▌ Wait for quiet +● {2}12 s +default 15 s$/);
    const below = shown[shown.indexOf(line ?? '') + 1];
    expect(below).toContain("Collects a customer's short messages into one answer.");
    expect(below).toContain('timing_config.quietMs');
    expect(shown.some((text) => /^▌ Rhythm +● +│/.test(text))).toBe(true);
    expect(shown.find((text) => text.includes('But never longer than'))).not.toContain('default');
  });

  it('show what is typed in its place', () => {
    expect(plain(at(80, 24, 'timing_config.quietMs', { shown: '20 s_', text: '20 s' })).join('\n')).toMatch(
      /▌ Wait for quiet +● +20 s_/,
    );
  });

  it('fit every size, with the cursor on any of them', () => {
    for (const language of ['en', 'pt-BR'] as const)
      for (const [columns, rows] of [
        [40, 12],
        [80, 24],
        [100, 30],
        [120, 40],
        [200, 50],
      ] as const)
        for (const key of [
          'replies',
          'timing_config.awayMessage',
          'failover',
          'filters.retentionDays',
          'timing_config.maxAgeMs',
        ]) {
          const lines = at(columns, rows, key, null, language);
          expect(lines).toHaveLength(rows - 5);
          for (const line of lines) expect(lineWidth(line)).toBeLessThan(columns);
          const name = settingWords(key, viewAt(80, 24, { language })).name;
          expect(
            plain(lines).some((text) => text.includes(`▌ ${name.slice(0, 12)}`)),
            `${key} ${columns}`,
          ).toBe(true);
        }
  });
});

describe('opening hours as a week', () => {
  it('begin on Monday, and go on after midnight on the next day', () => {
    const spans = openSpans(details.config.timing.openingHours);
    expect(spans[0]).toEqual([{ from: 360, to: 1320 }]);
    expect(spans[5]).toEqual([{ from: 1200, to: 1440 }]);
    expect(spans[6]).toEqual([{ from: 0, to: 120 }]);
    expect(openSpans(null).every((day) => day.length === 1 && day[0]?.to === 1440)).toBe(true);
  });

  it('are bars, two cells an hour, with the hour that is', () => {
    const lines = plain(weekLines(details.config.timing, viewAt(120, 40), 90));
    expect(lines[0]?.indexOf('▾')).toBe(6 + 29);
    expect(lines[1]).toBe(`Mon   ${'─'.repeat(12)}${'━'.repeat(32)}${'─'.repeat(4)}  06:00 to 22:00`);
    expect(lines[7]).toBe(`Sun   ${'━'.repeat(4)}${'─'.repeat(44)}  00:00 to 02:00`);
    const closed = { ...details.config.timing, openingHours: [{ days: [1], from: '08:00', to: '12:00' }] };
    expect(plain(weekLines(closed, viewAt(80, 24), 70))[2]).toMatch(/^Tue {3}─{24} {2}closed$/);
  });

  it('and rhythm say together how long a customer waits, but for the AI', () => {
    const told = (ms: number): string => `${ms / 1000} s`;
    const [bar, sentence] = plain(doesLines(details.config.timing, viewAt(120, 40), 90, told));
    expect(bar).toMatch(/^asks ━+ quiet 12 s {2}━+ reads 2 s {2}━+ types 12 s$/);
    expect(sentence).toBe('Who writes twice gets one answer of 120 letters after about 26 s and the time of the AI.');
    const silent = { ...details.config.timing, typing: false, readingDelayMs: 0 };
    expect(plain(doesLines(silent, viewAt(120, 40), 90, told))[0]).not.toMatch(/reads|types/);
  });
});
