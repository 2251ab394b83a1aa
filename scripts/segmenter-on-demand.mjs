// Stands in for `Intl.Segmenter` inside the bundled text libraries (scripts/frame-plugins.mjs): the same answers, but what a dashboard
// shows is nearly always plain letters, where every code unit is a grapheme of its own and needs no dictionary.

/** The source of a character class: ASCII, the letters of Latin scripts, dashes, boxes, blocks, braille and the signs of components/paint/glyphs.ts. One column and one grapheme each. */
export const plainCharacters =
  '\\u0020-\\u007E\\u00A1-\\u00AC\\u00AE-\\u024F\\u2010-\\u2026\\u203A\\u2190-\\u2193\\u21B5\\u21BB\\u23CE\\u2500-\\u25A9\\u25B2\\u25B8\\u25BE\\u25C6\\u25CB-\\u25D3\\u2713\\u2715\\u2800-\\u28FF';
// Escape and bell stand alone as every control character does, except that CR and LF join.
const plain = new RegExp(`^[\\u0007\\u001B${plainCharacters}]*$`);

const pieces = (text) => {
  const segments = new Array(text.length);
  for (let index = 0; index < text.length; index += 1) segments[index] = { segment: text[index], index, input: text };
  segments.containing = (index) => segments[index];
  return segments;
};

let made;
export const segmenter = {
  segment: (text) => {
    if (plain.test(text)) return pieces(text);
    made ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
    return made.segment(text);
  },
};
