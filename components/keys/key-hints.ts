import type { FooterName, FootItem, FootLabel } from './footers.ts';
import type { HelpRow } from './help-rows.ts';
import type { KeyScreen } from './keymap.ts';

export interface FooterChoice {
  /** By the action: what a key does at the moment, where that changes. */
  readonly labels?: Readonly<Record<string, FootLabel>>;
  /** Actions that have nothing to do at the moment. */
  readonly without?: readonly string[];
}

/** What a screen tells about its keys. A view gets it, so that a view model needs to know no action. */
export interface KeyHints {
  readonly footer: (name: FooterName, choice?: FooterChoice) => readonly FootItem[];
  /** Commands of the `:` line that exist, with the words that each takes. */
  readonly choices: (
    names: readonly string[],
  ) => readonly { readonly name: string; readonly choices: readonly string[] }[];
  /** The rows of the help screen, for these screens or for all. */
  readonly help: (screens: readonly KeyScreen[] | 'all') => readonly (HelpRow & { readonly action: string })[];
}
