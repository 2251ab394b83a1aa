import { describe, expect, it } from 'vitest';
import { newSessionDefaults, oldAssistantLine } from '../../src/settings/new-session.ts';
import { parseSettings } from '../../src/settings/settings.ts';

describe('what a new session starts with', () => {
  it.each([
    ['nothing set', {}, undefined, 'echo', null],
    ['AI_SELECTED', { AI_SELECTED: 'GPT' }, undefined, 'openai', null],
    [
      'the whole of an old .env',
      { AI_SELECTED: 'GEMINI', GEMINI_PROMPT: 'Você é\natendente' },
      undefined,
      'gemini',
      'Você é\natendente',
    ],
    ['a provider of its own', { AI_SELECTED: 'GEMINI', GEMINI_PROMPT: 'x' }, 'openai', 'openai', 'x'],
    ['no AI to read a prompt', { AI_SELECTED: 'GEMINI', GEMINI_PROMPT: 'x' }, 'echo', 'echo', null],
  ] as const)('%s', (_what, raw, provider, wanted, instructions) => {
    const defaults = newSessionDefaults(parseSettings(raw), provider);
    expect([defaults.config.ai.provider, defaults.instructions]).toEqual([wanted, instructions]);
  });

  it('an assistant of the old bot gives one line on what to set instead, without its id', () => {
    const line = oldAssistantLine(parseSettings({ OPENAI_ASSISTANT: 'asst_abc123' }));
    expect(line).toMatch(/zap-fleet prompt NAME --edit.*OPENAI_MODEL/);
    expect(line).not.toMatch(/abc123|\n/);
    expect(oldAssistantLine(parseSettings({}))).toBeNull();
  });
});

describe('settings of conversations', () => {
  it('a budget of the fleet and words of the owner', () => {
    const settings = parseSettings({ AI_DAILY_BUDGET_USD: '2.5', OWNER_COMMANDS: '!pare, !volte !como !esqueça' });
    expect(settings.AI_DAILY_BUDGET_USD).toBe(2.5);
    expect(settings.OWNER_COMMANDS).toEqual({ pause: '!pare', resume: '!volte', status: '!como', clear: '!esqueça' });
  });

  it.each([
    [{ AI_DAILY_BUDGET_USD: '5,00' }, /AI_DAILY_BUDGET_USD must be dollars/],
    [{ OWNER_COMMANDS: '!a !b !c' }, /OWNER_COMMANDS must be four different words/],
    [{ OWNER_COMMANDS: '!a !b !c !A' }, /OWNER_COMMANDS must be four different words/],
  ])('%j is refused', (raw, words) => expect(() => parseSettings(raw)).toThrow(words));
});
