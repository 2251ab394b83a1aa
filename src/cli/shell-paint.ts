import { paint, type Theme, themeFrom } from '../../components/paint/theme.ts';
import { type PaintText, plainPaint } from './paint-text.ts';

/** The colours of a terminal with this environment; under `NO_COLOR` everything stays as it is. Loaded for a terminal only. */
export const shellPaint = (env: Readonly<Record<string, string | undefined>>): PaintText => {
  const theme: Theme = { ...themeFrom(env), glyphs: 'full' };
  if (theme.colors === 'none') return plainPaint;
  return (text, tone) => (text === '' ? '' : paint([{ text, tone }], theme));
};
