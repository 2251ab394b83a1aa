import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { Footers } from '../../keys/footers.ts';
import type { HelpRow } from '../../keys/help-rows.ts';
import type { Guard, KeyScreen } from '../../keys/keymap.ts';
import type { Texts } from '../../texts/texts.ts';
import type { View } from '../../view-models/view.ts';
import type { Actions } from './actions.ts';
import type { Runs } from './contexts.ts';

/** What one thing that a person can do is: its keys, its commands, where it is shown and what it runs. */
export interface Action<Id extends string = string> {
  readonly id: Id;
  readonly key?: ActionKey<Id>;
  /** In which footers it stands. */
  readonly footer?: Footers;
  /** What it is called on the command line (`:`). */
  readonly commands?: readonly CommandSpec[];
  /** By where it runs. What is not here a screen does itself, because it moves the screen's own cursor or field. */
  readonly run?: Runs;
}

interface KeyBase {
  /** Names as `keyName` gives them; the first one is shown in footers. */
  readonly names: readonly string[];
  readonly on: readonly KeyScreen[] | 'all';
  readonly guard?: Guard;
  readonly moves?: true;
  readonly opensField?: true;
}

/** The help screen lists every key: in a row of its own, or in that of another action. */
type ActionKey<Id extends string> = KeyBase &
  (
    | {
        /** Its text stands in `help.action` of both languages. */
        readonly help: Id extends keyof Texts['help']['action']
          ? HelpRow
          : 'help.action of texts has no text for this id';
        readonly helpWith?: undefined;
      }
    | { readonly help?: undefined; readonly helpWith: string }
  );

/** What a command may use. */
export interface CommandLineContext {
  readonly act: Actions;
  readonly view: View;
  /** What a command without a name acts on: the open session, or what the screen shows marked or under its cursor; none: it shows no session. */
  readonly rows: readonly SessionRow[];
}

/** What an argument can be: a session, anything, one of these words, or what the words before it leave to choose from. */
export type ArgumentKind =
  | 'session'
  | 'text'
  | readonly string[]
  | ((before: readonly string[], names: readonly string[]) => readonly string[]);

export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** As shown when it is used wrongly. */
  readonly usage: string;
  /** What each argument can be; `session` completes names. */
  readonly arguments?: readonly ArgumentKind[];
  /** From this argument on, all words are one text that somebody is going to read: as typed, but for quotes around the whole. */
  readonly textFrom?: number | ((words: readonly string[]) => number);
  /** False: used wrongly. */
  readonly run: (args: readonly string[], context: CommandLineContext) => boolean;
}

export const defineAction = <const Id extends string>(action: Action<Id>): Action<Id> => action;
