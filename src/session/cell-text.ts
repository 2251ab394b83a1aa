/**
 * Text from outside as every terminal measures it alike. tmux, Windows Terminal, xterm and the emulators of browsers count variation
 * selectors, joiners, skin tones and flags each in their own way, and what one counts as two columns another counts as one: a row that
 * holds such a cell shifts everything to its right. So a name is shown without what cannot be measured: the emoji without its skin tone, a
 * family as its members, a flag as its letters, and an emoji that is newer than Unicode 11 (2018), which older tables do not know, as a dot.
 */

// Latin letters, the signs of the screens and the mark of a line break: one column each by every count.
const oneColumn =
  /^[\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u2010-\u2026\u203a\u2190-\u2193\u21b5\u21bb\u23ce\u2500-\u25a9\u25b2\u25b8\u25be\u25c6\u25cb-\u25d3\u2713\u2715\u2800-\u28ff]*$/;

/** Every character is one column, and nothing joins another. */
export const isOneColumnEach = (text: string): boolean => oneColumn.test(text);

const stand = '·';
/** Variation selectors, joiners, fillers and other marks that are not seen; skin tones; the box of a keycap. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}]|[\u{1f3fb}-\u{1f3ff}]|\u20e3/gu;
const regional = /[\u{1f1e6}-\u{1f1ff}]/gu;
/** Not assigned, of private use, or half a character: no table says how wide it is. */
const unknown = /[\p{Cn}\p{Co}\p{Cs}]/gu;
/** Emoji of Unicode 12 and later. */
const newEmoji =
  /[\u{1f6d3}-\u{1f6df}\u{1f6ed}-\u{1f6ef}\u{1f6fa}-\u{1f6ff}\u{1f7d9}-\u{1f7ff}\u{1f90c}-\u{1f90f}\u{1f93f}\u{1f971}\u{1f972}\u{1f977}-\u{1f979}\u{1f97b}\u{1f9a3}-\u{1f9af}\u{1f9ba}-\u{1f9bf}\u{1f9c3}-\u{1f9cf}\u{1fa00}-\u{1faff}]/gu;
/** Letters of some Indic scripts that join whatever follows, and Japanese sound marks that join whatever stands before, when they found no kana. */
const joining =
  /[\u0d4e\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}\uff9e\uff9f]/gu;
/** A narrow kana and its sound mark take the two columns of the one wide kana that they are. */
const narrowKana = /[\uff73\uff76-\uff84\uff8a-\uff8e]\uff9e|[\uff8a-\uff8e]\uff9f/g;
/** Thai and Lao vowels that hang on a letter and yet take a column: their two parts do each only one of it. */
const hangingVowels: Readonly<Record<string, string>> = { '\u0e33': '\u0e4d\u0e32', '\u0eb3': '\u0ecd\u0eb2' };
/** Parts of Korean syllables that did not become one: none, one or two columns, by what stands beside them. */
const loneParts = /[\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7ff]/g;
/** What lies over or under a letter and takes no column. More than two on one letter are a prank. */
const mark = /^[\p{Mn}\p{Me}]$/u;
const marksAtEnd = /[\p{Mn}\p{Me}]+$/u;
const mostMarks = 2;

let segmenter: Intl.Segmenter | null = null;
/** Made for the first text that needs one: it costs 8 ms of the first frame. */
export const graphemesOf = (text: string): Intl.Segments => {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
};

/** One letter with its marks. A vowel that takes a column of its own inside it is left out, letters that were joined stand alone. */
const measurable = (grapheme: string): string => {
  let out = '';
  let marks = 0;
  for (const char of grapheme) {
    if (mark.test(char)) {
      if (out !== '' && marks < mostMarks) out += char;
      marks += 1;
    } else if (/\p{M}/u.test(char)) continue;
    else {
      out = (out === '' ? '' : out.replace(marksAtEnd, '')) + char;
      marks = 0;
    }
  }
  return out;
};

const measured = (text: string): string => {
  const simple = text
    .replace(unseen, '')
    .replace(regional, (letter) => String.fromCharCode((letter.codePointAt(0) ?? 0) - 0x1f1e6 + 65))
    .replace(newEmoji, stand)
    .replace(unknown, stand)
    .replace(narrowKana, (kana) => kana.normalize('NFKC'))
    .replace(joining, stand)
    .replace(/[\u0e33\u0eb3]/g, (vowel) => hangingVowels[vowel] ?? vowel)
    .normalize('NFC')
    .replace(loneParts, stand);
  // What was left out may have kept two letters apart that join each other: again, until nothing is left out.
  let shown = simple;
  for (let round = 0; round < 4; round += 1) {
    const before = shown;
    if (oneColumn.test(before)) return before;
    shown = [...graphemesOf(before)]
      .map(({ segment }) => measurable(segment))
      .join('')
      .normalize('NFC');
    if (shown === before) return shown;
  }
  return shown;
};

/** The names on a screen are asked for with every frame. */
const known = new Map<string, string>();
const mostKnown = 512;

/** `text` in cells that are counted alike everywhere. Anything laid on a screen or into a column passes it; plain letters are as they were. */
export const cellText = (text: string): string => {
  if (oneColumn.test(text)) return text;
  let found = known.get(text);
  if (found === undefined) {
    if (known.size >= mostKnown) known.clear();
    found = measured(text);
    known.set(text, found);
  }
  return found;
};
