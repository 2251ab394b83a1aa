import { describe, expect, it } from 'vitest';
import { onGround, span } from '../../../components/paint/line.ts';
import { paint, type Theme, themeFrom } from '../../../components/paint/theme.ts';
import { languageFrom } from '../../../src/words/language.ts';

const dark: Theme = { colors: '256', background: 'dark', glyphs: 'full' };
const esc = '\u001b';

describe('painted lines', () => {
  it("leave no hole in the cursor's bar where there are no colours", () => {
    const bar = onGround([span('a'), span('offline', 'p:move')], 'cursor', 8);
    expect(paint(bar, { ...dark, colors: 'none' })).toBe(`${esc}[7ma${esc}[0m${esc}[7moffline${esc}[0m`);
  });

  it('take the colours of their role on a dark, a light and an unknown background', () => {
    const line = [span('x', 'ok')];
    expect(paint(line, dark)).toBe(`${esc}[38;5;79mx${esc}[0m`);
    expect(paint(line, { ...dark, background: 'light' })).toBe(`${esc}[38;5;30mx${esc}[0m`);
    expect(paint(line, { ...dark, colors: 'true' })).toBe(`${esc}[38;2;98;230;189mx${esc}[0m`);
    expect(paint(line, { ...dark, colors: '16' })).toBe(`${esc}[32mx${esc}[0m`);
    expect(paint(line, { ...dark, colors: 'none' })).toBe('x');
  });

  it('keep a fixed pair the same on every background, and reverse what needs a person without colours', () => {
    const line = [span('NOT REPLYING', 'p:bad')];
    const onDark = paint(line, dark);
    expect(onDark).toBe(`${esc}[1m${esc}[38;5;231m${esc}[48;5;160mNOT REPLYING${esc}[0m`);
    expect(paint(line, { ...dark, background: 'light' })).toBe(onDark);
    expect(paint(line, { ...dark, background: 'neutral' })).toBe(onDark);
    expect(paint(line, { ...dark, colors: 'none' })).toBe(`${esc}[1m${esc}[7mNOT REPLYING${esc}[0m`);
    expect(paint([span('offline', 'p:move')], { ...dark, colors: 'none' })).toBe('offline');
  });

  it('lie on a bar over the full width, which drops roles where they would not read on it', () => {
    const line = onGround([span('a', 'ok'), span('b', 'p:bad')], 'cursor', 4);
    expect(line.map(({ text }) => text).join('')).toBe('ab  ');
    expect(paint(line, dark)).toBe(
      `${esc}[38;5;79m${esc}[48;5;236ma${esc}[0m${esc}[1m${esc}[38;5;231m${esc}[48;5;160mb${esc}[0m${esc}[48;5;236m  ${esc}[0m`,
    );
    expect(paint(onGround([span('a', 'ok+')], 'cursor', 1), { ...dark, background: 'neutral' })).toBe(
      `${esc}[1m${esc}[38;5;231m${esc}[48;5;60ma${esc}[0m`,
    );
    expect(paint(onGround([span('a', 'ok')], 'cursor', 1), { ...dark, colors: '16' })).toBe(`${esc}[7ma${esc}[0m`);
  });

  it('are written in the signs that the terminal has, column for column', () => {
    const line = [span('● ◐ ↻ ▲ ✕ ━╸─ ▂▅▇ ⣿ NÃO ⏎')];
    expect(paint(line, { ...dark, glyphs: 'safe' })).toBe('● ○ ≈ ▲ x ━■─ _▄█ █ NÃO ⏎');
    expect(paint(line, { ...dark, glyphs: 'ascii' })).toBe('. o ~ ! x =-- _+# # NAO /');
  });

  it('follow what the terminal says of itself', () => {
    expect(themeFrom({ TERM: 'xterm-256color', LANG: 'pt_BR.UTF-8' })).toEqual({
      colors: '256',
      background: 'neutral',
      glyphs: 'full',
    });
    expect(themeFrom({ TERM: 'xterm', LANG: 'C' })).toEqual({ colors: '16', background: 'neutral', glyphs: 'ascii' });
    expect(themeFrom({ TERM: 'linux', LANG: 'C.UTF-8' }).glyphs).toBe('safe');
    expect(themeFrom({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }).colors).toBe('true');
    expect(themeFrom({ TERM: 'xterm-256color', COLORFGBG: '0;default;15' }).background).toBe('light');
    expect(themeFrom({ TERM: 'xterm-256color', COLORFGBG: '15;0' }).background).toBe('dark');
    expect(themeFrom({ TERM: 'xterm-256color', COLORFGBG: 'default' }).background).toBe('neutral');
    expect(themeFrom({ TERM: 'xterm-256color', NO_COLOR: '1' }).colors).toBe('none');
    expect(themeFrom({ TERM: 'xterm-256color', NO_COLOR: '' }).colors).toBe('256');
    expect(languageFrom('pt_BR.UTF-8')).toBe('pt-BR');
    expect(languageFrom(undefined)).toBe('en');
  });
});
