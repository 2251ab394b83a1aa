import { describe, expect, it } from 'vitest';
import { asciiOnly, paint, themeFrom } from '../../../components/paint/theme.ts';
import { languageFrom } from '../../../src/words/language.ts';

describe('painted lines', () => {
  it('are painted in fixed pairs, or plainly', () => {
    const line = [{ text: 'x', tone: 'bad' as const }];
    expect(paint(line, { colors: '256', utf8: true })).toBe('\u001b[38;5;231;48;5;160mx\u001b[0m');
    expect(paint(line, { colors: 'none', utf8: true })).toBe('x');
    expect(paint([{ text: 'NÃO ⏎', tone: 'plain' }], { colors: 'none', utf8: false })).toBe('NAO ?');
    expect(paint([{ text: '##', tone: 'bar' }], { colors: '256', utf8: true })).toContain('  ');
    expect(asciiOnly('código')).toBe('codigo');
  });
  it('follow what the terminal says of itself', () => {
    expect(themeFrom({ TERM: 'xterm-256color', LANG: 'pt_BR.UTF-8' })).toEqual({ colors: '256', utf8: true });
    expect(themeFrom({ TERM: 'xterm', LANG: 'C' })).toEqual({ colors: '16', utf8: false });
    expect(themeFrom({ TERM: 'xterm-256color', NO_COLOR: '1' }).colors).toBe('none');
    expect(themeFrom({ TERM: 'xterm-256color', NO_COLOR: '' }).colors).toBe('256');
    expect(languageFrom('pt_BR.UTF-8')).toBe('pt-BR');
    expect(languageFrom(undefined)).toBe('en');
  });
});
