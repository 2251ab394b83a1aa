import { glyph } from '../../paint/glyphs.ts';
import { type Line, span } from '../../paint/line.ts';
import type { RowKey } from '../session-cells.ts';
import type { View } from '../view.ts';

/** The keys of a row: `↵ QR  i link`. */
export const keysLine = (keys: readonly RowKey[], view: View, gap = '  '): Line =>
  keys.flatMap(({ key, label }, index): Line => {
    // ASCII has no sign for it.
    const shown = key === 'enter' && view.theme.glyphs !== 'ascii' ? glyph.enter : key;
    return [
      ...(index === 0 ? [] : [span(gap)]),
      ...(shown === '' ? [] : [span(shown, 'accent+')]),
      ...(shown === '' || label === '' ? [] : [span(' ')]),
      ...(label === '' ? [] : [span(label, shown === '' ? 'muted' : 'plain')]),
    ];
  });
