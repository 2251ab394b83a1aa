export const helpSections = ['move', 'look', 'act', 'stops', 'forever'] as const;
export type HelpSection = (typeof helpSections)[number];

/** Where the help screen lists an action, and under which keys. */
export interface HelpRow {
  readonly section: HelpSection;
  /** From the top of its section; 4.5 stands between 4 and 5. */
  readonly place: number;
  readonly keys: string;
  /** Only in the list of all screens. */
  readonly onlyInAll?: true;
}
