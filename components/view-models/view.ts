import type { FleetSnapshot, SessionRow } from '../../src/protocol/fleet.ts';
import type { EpochMs } from '../../src/session/units.ts';
import type { Language } from '../../src/words/language.ts';
import type { KeyHints } from '../keys/key-hints.ts';
import type { Calendar } from '../paint/format.ts';
import type { Theme } from '../paint/theme.ts';
import type { Texts } from '../texts/texts.ts';

/** What every view model gets: the data, the moment, the window, the words and the keys. */
export interface View {
  readonly snapshot: FleetSnapshot;
  /** Since when the master cannot be reached; null while it can. */
  readonly lostSince: EpochMs | null;
  /** Why, where that master is another machine's: it may be well. Null: this machine's own. */
  readonly lostElsewhere: string | null;
  readonly now: EpochMs;
  readonly columns: number;
  readonly rows: number;
  readonly language: Language;
  readonly t: Texts;
  readonly theme: Theme;
  readonly calendar: Calendar;
  readonly keys: KeyHints;
}

export const sessionById = (view: View, id: string | null): SessionRow | null =>
  id === null ? null : (view.snapshot.sessions.find((row) => row.id === id) ?? null);

/** Why a figure of the whole fleet is not there. */
export const notMeasured = ({ snapshot, t }: Pick<View, 'snapshot' | 't'>): string =>
  snapshot.fleet.access?.isLimited === true ? t.chart.notForToken : t.chart.measuring;

/** The last column of a screen stays empty: a terminal may wrap after it. */
export const lastColumn = (view: View): number => view.columns - 2;
