import { describe, expect, it } from 'vitest';
import { settingProblem, settingRows, settingValue } from '../../../components/view-models/settings/settings.ts';
import { defaultConfig } from '../../../src/session/session-config.ts';
import { sessionRow } from '../support/fake-fleet.ts';
import { viewAt } from '../support/view.ts';

describe('settings', () => {
  it('are checked by the schemas of the session while they are typed', () => {
    expect(settingProblem('timing_config.quietMs', '3000', 'en')).toBeNull();
    expect(settingProblem('timing_config.quietMs', '-1', 'en')).not.toBeNull();
    expect(settingProblem('timing_config.quietMs', 'soon', 'en')).not.toBeNull();
    expect(settingProblem('timing_config.timeZone', 'Mars/Base', 'en')).toContain('is not a time zone');
    expect(settingProblem('ai_config.model', '', 'en')).toBeNull();
    expect(settingProblem('ai_config.baseUrl', 'localhost', 'en')).toContain('web address');
    expect(settingProblem('ai_config.baseUrl', 'http://127.0.0.1:4000', 'en')).toBeNull();
    expect(settingProblem('phone', 'nothing', 'en')).toBe('"nothing" is not a phone number. Example: 11 98765-4321');
    expect(settingProblem('filters.allow', '11 98765-4321, x', 'en')).toContain('phone number');
  });
  it('become the values that the schemas want', () => {
    expect(settingValue('ai_config.model', '', 'en')).toBeNull();
    expect(settingValue('ai_config.model', '42', 'en')).toBe('42');
    expect(settingValue('ai_config.baseUrl', ' ', 'en')).toBeNull();
    expect(settingValue('ai_config.handoverWords', 'atendente, falar com gente', 'en')).toEqual([
      'atendente',
      'falar com gente',
    ]);
    expect(settingValue('timing_config.typing', 'true', 'en')).toBe(true);
    expect(settingValue('filters.allow', '11 98765-4321, 21 99876-1234', 'en')).toEqual([
      '5511987654321',
      '5521998761234',
    ]);
    expect(settingValue('timing_config.openingHours', '[{"days":[1],"from":"08:00","to":"18:00"}]', 'en')).toHaveLength(
      1,
    );
  });
  it('list every setting there is, and never a key', () => {
    const rows = settingRows(
      { row: sessionRow('aa'), config: defaultConfig(), instructions: null, hasOwnAiKey: true, loginBundle: null },
      viewAt(80, 24),
    );
    const keys = rows.flatMap((row) => (row.kind === 'setting' ? [row.setting.key] : []));
    const config = defaultConfig();
    const own = ['replies', 'ai_key', 'label', 'phone', 'failover'];
    expect(keys).toEqual(expect.arrayContaining(own));
    expect(keys).toHaveLength(
      own.length +
        Object.keys(config.ai).length +
        Object.keys(config.timing).length +
        Object.keys(config.filters).length,
    );
    const choices = rows.find((row) => row.kind === 'setting' && row.setting.key === 'ai_config.provider');
    expect(choices?.kind === 'setting' ? choices.setting.choices : null).toEqual([
      'openai',
      'gemini',
      'webhook',
      'echo',
      'none',
    ]);
  });
});
