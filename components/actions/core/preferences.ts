import { glyphSets } from '../../paint/glyphs.ts';
import { columnIds } from '../../view-models/fleet/columns.ts';
import { groupKeys, sortKeys } from '../../view-models/fleet/order.ts';

/** What the dashboard remembers between two visits. The caller keeps it (a file under `FLEET_HOME`); unknown or broken is forgotten. */

/** `auto`: as the terminal says; `dark`, `light`, `neutral`: its background, whatever it says; `plain`: no colours even where it has them. */
export const themeChoices = ['auto', 'dark', 'light', 'neutral', '256', '16', 'plain'] as const;

/** One of `values`, or what is meant where nothing or something else is remembered. By hand: the first frame waits for no library of schemas. */
const oneOf =
  <T extends string, F>(values: readonly T[], otherwise: F) =>
  (value: unknown): T | F =>
    values.find((known) => known === value) ?? otherwise;

const listOf =
  <T extends string>(values: readonly T[]) =>
  (given: unknown): T[] => {
    if (!Array.isArray(given)) return [];
    const known = given.map(oneOf(values, null)).filter((value) => value !== null);
    return known.length === given.length ? known : [];
  };

const backgroundOf = oneOf(['dark', 'light'] as const, null);
const backgroundsOf = (given: unknown): Record<string, 'dark' | 'light'> => {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return {};
  const known = Object.entries(given).map(([terminal, value]) => [terminal, backgroundOf(value)] as const);
  return known.every((entry): entry is readonly [string, 'dark' | 'light'] => entry[1] !== null)
    ? Object.fromEntries(known)
    : {};
};

const readers = {
  language: oneOf(['en', 'pt-BR'] as const, null),
  sort: oneOf(sortKeys, 'default' as const),
  groupBy: oneOf(groupKeys, 'state' as const),
  hiddenColumns: listOf(columnIds),
  mouse: (value: unknown): boolean => value === true,
  theme: oneOf(themeChoices, 'auto' as const),
  /** Null: what the terminal has by its own word. */
  glyphs: oneOf(glyphSets, null),
  /** What each terminal answered the last time it was asked for its background. */
  backgrounds: backgroundsOf,
};
export type Preferences = { [K in keyof typeof readers]: ReturnType<(typeof readers)[K]> };

export const parsePreferences = (stored: unknown): Preferences => {
  const given: Readonly<Record<string, unknown>> = typeof stored === 'object' && stored !== null ? { ...stored } : {};
  return {
    language: readers.language(given['language']),
    sort: readers.sort(given['sort']),
    groupBy: readers.groupBy(given['groupBy']),
    hiddenColumns: readers.hiddenColumns(given['hiddenColumns']),
    mouse: readers.mouse(given['mouse']),
    theme: readers.theme(given['theme']),
    glyphs: readers.glyphs(given['glyphs']),
    backgrounds: readers.backgrounds(given['backgrounds']),
  };
};

/** Given by the caller; `load` may give anything, `save` must not throw (a full disk is no reason to end the dashboard). */
export interface PreferencesStore {
  load(): unknown;
  save(preferences: Preferences): void;
}
