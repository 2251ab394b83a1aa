import { describe, expect, it } from 'vitest';
import { type SettingRow, settingRows } from '../../../components/view-models/settings/settings.ts';
import { settingsLines } from '../../../components/view-models/settings/settings-lines.ts';
import { fieldRows, matchingRows, sectionFrom } from '../../../components/view-models/settings/settings-moves.ts';
import type { SessionDetails } from '../../../src/protocol/fleet.ts';
import { defaultConfig, type TimingConfig } from '../../../src/session/session-config.ts';
import { choosePreset } from '../../../src/session/timing-presets.ts';
import { sessionRow } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const detailsWith = (timing: Partial<TimingConfig> = {}): SessionDetails => {
  const config = defaultConfig();
  return {
    row: sessionRow('padaria-joao'),
    config: { ...config, timing: { ...config.timing, ...timing } },
    instructions: null,
    hasOwnAiKey: false,
    loginBundle: null,
  };
};
const view = viewAt(120, 40);
const all = settingRows(detailsWith(), view);
const keysOf = (rows: readonly SettingRow[]): readonly string[] =>
  rows.flatMap((row) => (row.kind === 'setting' ? [row.setting.key] : row.kind === 'instructions' ? [row.kind] : []));

describe('a search among the settings', () => {
  it('finds by name, key, value, sentence and section, whatever the accents, below their headings', () => {
    expect(keysOf(matchingRows(all, 'wait quiet', view))).toEqual(['timing_config.quietMs']);
    expect(keysOf(matchingRows(all, 'quietDays', view))).toEqual(['timing_config.quietDays']);
    expect(keysOf(matchingRows(all, 'Sao_Paulo', view))).toEqual(['timing_config.timeZone']);
    expect(keysOf(matchingRows(all, 'you are', view))).toEqual([]);
    expect(keysOf(matchingRows(all, 'opening hours', view))).toContain('timing_config.awayMessage');
    const inPortuguese = viewAt(120, 40, { language: 'pt-BR' });
    const found = matchingRows(settingRows(detailsWith(), inPortuguese), 'HORARIO FUSO', inPortuguese);
    expect(keysOf(found)).toEqual(['timing_config.timeZone']);
    expect(found[0]).toEqual({ kind: 'heading', section: 'hours' });
  });

  it('leaves all of them for nothing, and none for what is nowhere', () => {
    expect(matchingRows(all, '  ', view)).toEqual(all);
    expect(matchingRows(all, 'zeppelin', view)).toEqual([]);
  });
});

describe('sections', () => {
  it('are gone through in a circle, to the first field of each', () => {
    const fields = fieldRows(all);
    const sectionOf = (cursor: number): string => all[fields[cursor] ?? 0]?.section ?? '';
    const starts = [0];
    for (let step = 0; step < 8; step += 1) starts.push(sectionFrom(all, starts.at(-1) ?? 0, 1));
    expect(starts.map(sectionOf)).toEqual([
      'who',
      'rhythm',
      'hours',
      'people',
      'media',
      'knows',
      'limits',
      'learns',
      'name',
    ]);
    expect(sectionFrom(all, starts.at(-1) ?? 0, 1)).toBe(0);
    expect(sectionFrom(all, 0, -1)).toBe(starts.at(-1));
    expect(sectionFrom(all, (starts[2] ?? 0) + 2, -1)).toBe(starts[1]);
  });

  it('of a search are those that it leaves', () => {
    const found = matchingRows(all, 'quiet', view);
    const order = [...new Set(found.map(({ section }) => section))];
    expect(order.length).toBeGreaterThan(1);
    const next = sectionFrom(found, 0, 1);
    expect(found[fieldRows(found)[next] ?? -1]?.section).toBe(order[1]);
  });
});

it('the row under the cursor is seen in the lowest window, whatever stands below it', () => {
  for (const language of ['en', 'pt-BR'] as const)
    for (const key of ['timing_config.preset', 'replies', 'timing_config.outsideHours']) {
      const low = viewAt(40, 12, { language });
      const rows = settingRows(detailsWith(), low);
      const cursor = rows.findIndex((row) => row.kind === 'setting' && row.setting.key === key);
      const text = language === 'en' ? 'business' : 'comercial';
      const edited = key === 'timing_config.preset' ? { shown: `< ${text} >`, text } : null;
      const lines = plain(settingsLines(detailsWith(), low, { rows, all: rows, cursor, edited, height: 7 }));
      expect(
        lines.filter((line) => line.includes('▌')),
        `${key} ${language}`,
      ).toHaveLength(1);
    }
});

describe('presets', () => {
  const shown = (timing: Partial<TimingConfig>, key: string, text: string | null, language: 'en' | 'pt-BR' = 'en') => {
    const details = detailsWith(timing);
    const here = viewAt(120, 40, { language });
    const rows = settingRows(details, here);
    const cursor = rows.findIndex((row) => row.kind === 'setting' && row.setting.key === key);
    const edited = text === null ? null : { shown: `< ${text} >`, text };
    return plain(settingsLines(details, here, { rows, all: rows, cursor, edited, height: 35 }));
  };

  it('stand beside the settings, the chosen one marked, and what they bring differs from nothing', () => {
    const timing = choosePreset(defaultConfig().timing, 'fast');
    const lines = shown({ ...timing, charactersPerSecond: 30 }, 'timing_config.preset', null);
    expect(lines.filter((line) => /^ {2}[●○] (fast|business|human|reflective|night) /.test(line))).toHaveLength(5);
    expect(lines.some((line) => line.startsWith('  ● fast '))).toBe(true);
    expect(lines.find((line) => line.includes('Wait for quiet'))).toMatch(/Wait for quiet +4 s$/);
    expect(lines.find((line) => line.includes('Letters a second'))).toMatch(/● {2}30 +fast 40$/);
  });

  it('say what they bring before they are taken', () => {
    const lines = shown({}, 'timing_config.preset', 'business')
      .join('\n')
      .replace(/\s*\n.*?│\s+/g, ' ');
    expect(lines).toContain(
      'quiet 10 s, at most 45 s, reads 1.5 s, 18 letters a second; without hours of its own: Mon-Fri 08:00',
    );
    const portuguese = shown({}, 'timing_config.preset', 'comercial', 'pt-BR').join('\n');
    expect(portuguese).toContain('silêncio 10 s, no máximo 45 s');
    expect(portuguese).toContain('○ reflexivo');
  });
});

it('what is chosen is told in the language of the person', () => {
  const here = viewAt(120, 40, { language: 'pt-BR' });
  const values = new Map(
    settingRows(detailsWith(), here).flatMap((row) =>
      row.kind === 'setting' ? [[row.setting.key, row.setting] as const] : [],
    ),
  );
  expect(values.get('replies')?.value).toBe('ligadas');
  expect(values.get('ai_config.overBudget')?.value).toBe('avisa');
  expect(values.get('ai_config.api')?.value).toBe('automático');
  expect(values.get('ai_config.audio')?.choices).toEqual(['entende', 'responde', 'ignora']);
});
