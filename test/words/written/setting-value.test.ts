import { describe, expect, it, test } from 'vitest';
import { defaultConfig } from '../../../src/session/session-config.ts';
import { presetTimings } from '../../../src/session/timing-presets.ts';
import { settingKeys, settingShape } from '../../../src/words/written/setting-kinds.ts';
import { readSetting, settingInWords, settingText } from '../../../src/words/written/setting-value.ts';

const config = defaultConfig();
const defaults: Readonly<Record<string, unknown>> = {
  label: 'Padaria do João',
  phone: '5511987654321',
  replies: 'on',
  failover: 'manual',
  ai_key: null,
  ...Object.fromEntries(Object.entries(config.ai).map(([name, value]) => [`ai_config.${name}`, value])),
  ...Object.fromEntries(Object.entries(config.timing).map(([name, value]) => [`timing_config.${name}`, value])),
  ...Object.fromEntries(Object.entries(config.filters).map(([name, value]) => [`filters.${name}`, value])),
};

/** What only a programmer knows the meaning of. */
const programmersWords =
  /\b(object|array|string|boolean|null|undefined|NaN|JSON|integer|regex|pattern)\b|Invalid|[<>]=/;

describe('a setting', () => {
  test.each(settingKeys().flatMap((key) => [[key, 'en'] as const, [key, 'pt-BR'] as const]))(
    '%s is read as it is shown, in %s',
    (key, language) => {
      expect(defaults).toHaveProperty([key]);
      const value = defaults[key];
      expect(readSetting(key, settingText(key, value, language), language)).toEqual({ ok: true, value });
    },
  );

  test.each(Object.entries(presetTimings))('of the preset %s is read as it is shown', (_, timing) => {
    for (const [name, value] of Object.entries(timing))
      for (const language of ['en', 'pt-BR'] as const) {
        const key = `timing_config.${name}`;
        expect(readSetting(key, settingText(key, value, language), language)).toEqual({ ok: true, value });
      }
  });

  const senseless = [
    '',
    'xyz',
    '-1',
    '[]',
    '{}',
    '[1]',
    '{"days":1}',
    '99999999999',
    'null',
    '[{"days":[9],"from":"8","to":"9"}]',
    '1e9',
  ];
  test.each(settingKeys())('%s is refused in one sentence of everyday words', (key) => {
    for (const text of senseless)
      for (const language of ['en', 'pt-BR'] as const) {
        const read = readSetting(key, text, language);
        if (read.ok) continue;
        expect(read.problem.replace(/"[^"]*"/g, '')).not.toMatch(programmersWords);
        expect(read.problem).not.toBe('');
        expect(read.problem).not.toContain('\n');
      }
  });

  test.each([
    ['timing_config.openingHours', 'seg-sex 8h às 18h', 'pt-BR', 'seg-sex 08:00-18:00; fechado sáb, dom'],
    ['timing_config.openingHours', 'none', 'en', 'always open'],
    ['timing_config.quietMs', '20 s', 'en', '20 s'],
    ['timing_config.quietMs', '20000', 'en', '20 s'],
    ['timing_config.takeoverMinutes', '1h30', 'pt-BR', '1h30'],
    ['timing_config.takeoverMinutes', '45', 'en', '45 min'],
    ['filters.retentionDays', '90', 'en', '90 days'],
    ['filters.retentionDays', 'sem limite', 'pt-BR', 'não definido'],
    ['ai_config.dailyBudgetUsd', '5,50', 'pt-BR', 'US$ 5,50'],
    ['ai_config.dailyBudgetUsd', 'no limit', 'en', 'not set'],
    ['ai_config.maxTokens', '1.000', 'pt-BR', '1.000'],
    ['ai_config.handover', 'não', 'pt-BR', 'não'],
    ['ai_config.provider', 'Gemini', 'en', 'gemini'],
    ['timing_config.timeZone', 'São Paulo', 'en', 'America/Sao_Paulo'],
    ['filters.allow', '11 98765-4321; 120363@g.us', 'en', '5511987654321, 120363@g.us'],
    ['phone', '11 98765-4321', 'en', '11 98765-4321'],
  ] as const)('%s set to %j is told back', (key, text, language, said) => {
    const read = readSetting(key, text, language);
    expect(read).toMatchObject({ ok: true });
    if (read.ok) expect(settingInWords(key, read.value, language)).toBe(said);
  });

  it('that does not exist suggests the nearest', () => {
    expect(readSetting('timing_config.quietms', '1 s', 'en')).toEqual({
      ok: false,
      problem: 'there is no setting "timing_config.quietms". Did you mean timing_config.quietMs?',
    });
    expect(readSetting('openingHours', '1 s', 'pt-BR')).toEqual({
      ok: false,
      problem: 'não existe o ajuste "openingHours". Seria timing_config.openingHours?',
    });
    expect(readSetting('zzzzzz', '1', 'en')).toEqual({ ok: false, problem: 'there is no setting "zzzzzz".' });
    expect(settingShape('__proto__')).toBeNull();
  });

  it('out of its range says the range in its own unit', () => {
    expect(readSetting('timing_config.quietMs', '300', 'en')).toEqual({ ok: true, value: 300 });
    expect(readSetting('timing_config.quietMs', '300', 'en', true)).toMatchObject({ ok: false });
    expect(readSetting('timing_config.quietMs', '11 min', 'en')).toEqual({
      ok: false,
      problem: 'must be at most 10 min. Example: 10 min',
    });
    expect(readSetting('filters.retentionDays', '20 anos', 'pt-BR')).toMatchObject({ ok: false });
    expect(readSetting('timing_config.takeoverMinutes', '30 s', 'en')).toEqual({
      ok: false,
      problem: '"30 s" is not a whole number of minutes. Example: 90 min, 1h30',
    });
  });
});

describe('what can be chosen', () => {
  it('is written and read in the words of the language, or as the door takes it', () => {
    for (const key of settingKeys()) {
      const takes = settingShape(key)?.takes;
      if (takes?.kind !== 'choice') continue;
      const words = takes.choices.map((choice) => settingText(key, choice, 'pt-BR'));
      expect(new Set(words).size, key).toBe(words.length);
      for (const [index, choice] of takes.choices.entries())
        for (const text of [choice, words[index] ?? '', (words[index] ?? '').toUpperCase()])
          expect(readSetting(key, text, 'pt-BR'), `${key} ${text}`).toEqual({ ok: true, value: choice });
    }
  });

  it('is named in the language where something else was written', () => {
    const refused = readSetting('ai_config.overBudget', 'jamais', 'pt-BR');
    expect(refused).toEqual({
      ok: false,
      problem: '"jamais" não é uma destas opções: avisa, mais barato, segura. Exemplo: avisa',
    });
  });
});
