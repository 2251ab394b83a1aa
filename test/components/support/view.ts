import { keyHints } from '../../../components/actions/key-hints.ts';
import { calendar } from '../../../components/paint/format.ts';
import type { Line } from '../../../components/paint/line.ts';
import type { Theme } from '../../../components/paint/theme.ts';
import { textsOf } from '../../../components/texts/texts-of.ts';
import type { View } from '../../../components/view-models/view.ts';
import type { FleetSnapshot } from '../../../src/protocol/fleet.ts';
import type { Language } from '../../../src/words/language.ts';
import { exampleSnapshot, now, timeZone } from './fake-fleet.ts';

/** A view of the example fleet at a size. */
export const viewAt = (
  columns: number,
  rows: number,
  {
    snapshot = exampleSnapshot(),
    language = 'en',
    theme = { colors: '256', background: 'dark', glyphs: 'full' },
    lostSince = null,
    lostElsewhere = null,
  }: {
    snapshot?: FleetSnapshot;
    language?: Language;
    theme?: Theme;
    lostSince?: number | null;
    lostElsewhere?: string | null;
  } = {},
): View => ({
  snapshot,
  lostSince,
  lostElsewhere,
  now,
  columns,
  rows,
  language,
  t: textsOf(language),
  theme,
  calendar: calendar(language, timeZone),
  keys: keyHints,
});

/** A line without tones and trailing blanks. */
export const plainOf = (line: Line): string =>
  line
    .map(({ text }) => text)
    .join('')
    .trimEnd();

export const plain = (lines: readonly Line[]): readonly string[] => lines.map(plainOf);
