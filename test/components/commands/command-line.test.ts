import { describe, expect, it } from 'vitest';
import { lineCommands } from '../../../components/commands/line-commands.ts';
import { completeCommand } from '../../../components/commands/run-command-line.ts';

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
