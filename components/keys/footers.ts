import type { Texts } from '../texts/texts.ts';

/** Footers are made from what each action says of itself: in which of them it stands, where, and how long it stays. */

/** The line of the session under the cursor, by what the session needs now. */
export const rowFooters = [
  'linking',
  'code-closed',
  'stopped',
  'banned',
  'gave-up',
  'wrong-number',
  'running',
] as const;
/** Of a session whose server is gone there is nothing else to be done from here. */
const leftFooters = ['left-behind', 'moving'] as const;
export type RowFooter = (typeof rowFooters)[number] | (typeof leftFooters)[number];

export type FooterName =
  | RowFooter
  /** Instead of the session's line while rows are marked. */
  | 'marked'
  | 'fleet'
  | 'fleet-end'
  /** The last line of a session's tabs, and what stands at the end of it and of other screens. */
  | 'session'
  | 'end'
  /** Beside a QR or pairing code. */
  | 'code'
  | 'chats'
  | 'conversation'
  | 'drafts'
  | 'pager'
  | 'incidents'
  | 'nodes'
  | 'cost'
  | 'lessons'
  | 'instructions'
  | 'rehearsal'
  | 'proposal'
  | 'canary'
  | 'tools'
  | 'knowledge'
  | 'files'
  | 'hooks'
  | 'settings';

export type FootLabel = keyof Texts['foot'];

export interface FooterPlace {
  /** From left to right; 4.5 stands between 4 and 5. */
  readonly place: number;
  /** What goes last when the window is narrow: 1 stays longest. */
  readonly rank: number;
  readonly label: FootLabel;
  /** Another spelling of the key, e.g. `1-6`. */
  readonly keys?: string;
}

export type Footers = { readonly [Name in FooterName]?: FooterPlace };

/** One key in a footer. */
export interface FootItem {
  readonly action: string;
  readonly key: string;
  readonly label: FootLabel;
  readonly rank: number;
}

export const at = (place: number, rank: number, label: FootLabel, keys?: string): FooterPlace => ({
  place,
  rank,
  label,
  ...(keys === undefined ? {} : { keys }),
});

/** The same place in the lines of several kinds of sessions. */
export const onRows = (names: readonly RowFooter[], place: FooterPlace): Footers =>
  Object.fromEntries(names.map((name) => [name, place]));

export const rowFootersBut = (...without: readonly RowFooter[]): readonly RowFooter[] =>
  rowFooters.filter((name) => !without.includes(name));
