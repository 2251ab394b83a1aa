import { describe, expect, it } from 'vitest';
import { lineCommands } from '../../../components/commands/line-commands.ts';
import { completeCommand, nextCompletion, type Round } from '../../../components/commands/run-command-line.ts';
import { nearestWord } from '../../../src/session/nearest-word.ts';

describe('the command line', () => {
  it('completes commands and names', () => {
    expect(completeCommand('st', ['loja']).options).toEqual(['start', 'stop']);
    expect(completeCommand('star', ['loja']).text).toBe('start ');
    expect(completeCommand('start lo', ['loja', 'lolo']).text).toBe('start lo');
    expect(completeCommand('start loj', ['loja', 'lolo']).text).toBe('start loja ');
    expect(completeCommand('lang p', []).text).toBe('lang pt-BR ');
  });
  it('has one meaning for every word', () => {
    const words = lineCommands.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(words).size).toBe(words.length);
  });
});

describe('completion', () => {
  const names = ['loja', 'padaria'];
  const tabs = (text: string, presses: number, step: 1 | -1 = 1): readonly string[] => {
    const seen: string[] = [];
    let now: { text: string; round: Round | null } = { text, round: null };
    for (let press = 0; press < presses; press += 1) {
      now = nextCompletion(now.text, names, now.round, step);
      seen.push(now.text);
    }
    return seen;
  };

  it('goes round in a circle, both ways', () => {
    expect(tabs('master s', 4)).toEqual(['master st', 'master start', 'master stop', 'master start']);
    expect(tabs('start ', 3)).toEqual(['start loja', 'start padaria', 'start loja']);
    expect(tabs('start ', 2, -1)).toEqual(['start padaria', 'start loja']);
    expect(tabs('lang ', 3)).toEqual(['lang en', 'lang pt-BR', 'lang en']);
  });

  it('knows settings and what each takes, drafts and the master', () => {
    expect(completeCommand('config loja timing_config.openi', names).text).toBe(
      'config loja timing_config.openingHours ',
    );
    expect(completeCommand('config loja set ai_config.prov', names).text).toBe('config loja set ai_config.provider ');
    expect(completeCommand('config loja set ai_config.provider ', names).options).toEqual([
      'openai',
      'gemini',
      'webhook',
      'echo',
      'none',
    ]);
    expect(completeCommand('config loja ai_config.handover ', names).options).toEqual(['yes', 'no']);
    expect(completeCommand('config loja get ', names).options).toContain('filters.allow');
    expect(completeCommand('draft a', names).text).toBe('draft approve ');
    expect(completeCommand('master sto', names).text).toBe('master stop ');
    expect(completeCommand('nothing ', names).options).toEqual([]);
  });

  it('suggests what was probably meant', () => {
    const words = lineCommands.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(['staart', 'confg', 'dcotor', 'incident', 'helpp'].map((typed) => nearestWord(typed, words))).toEqual([
      'start',
      'config',
      'doctor',
      'incidents',
      'help',
    ]);
    expect(nearestWord('xyzzy', words)).toBeNull();
  });
});
