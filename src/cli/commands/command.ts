import type { Fleet } from '../../protocol/door.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { FleetEvent, TurnRecord } from '../../session/records.ts';
import { parseSessionName, type SessionName } from '../../session/session-name.ts';
import type { Verdict } from '../../session/verdict.ts';
import type { LoadedSettings } from '../../settings/load-settings.ts';
import type { Language } from '../../words/language.ts';
import type { PaintText, ShellTone } from '../paint-text.ts';

/** What a one-shot command works with. It prints through `print` and `warn` only, so a test reads what a person would. */
export interface CommandContext {
  readonly loaded: LoadedSettings;
  /**
   * Opens the door, starting a master when there is none, and says so. Closed by the program when the command ends. `names`: the sessions
   * that are meant; where none of them is there, nothing is started to say so: throws `no-such-session`.
   */
  connect(names?: readonly string[]): Promise<Fleet>;
  /** Throws `no-such-session` where there is none of that name; to be asked before a person is. `kept`: one that left its conversations is enough. */
  mustExist(name: string, options?: { readonly kept?: boolean }): Promise<void>;
  /** Throws `refused-by-state` where the fleet is stopped and no such draft waits: nothing is started for it. */
  mustWait(draft: number): Promise<void>;
  /**
   * Opens the door to look: nothing is started and no file is made. Where no master runs, what lies in the store and the logs answers, and
   * it is said that the fleet is stopped; what needs a master is then refused.
   */
  look(): Promise<Fleet>;
  /** Opens the door to say what a session does when it runs: where nothing of the fleet runs nothing is started, and it counts when it does. */
  reach(): Promise<Fleet>;
  /**
   * One line (or several) to stdout, in the person's language where it is a sentence of ours. Text from outside is made plain by the caller;
   * what JSON still hides is escaped here. `tone`: all of it, on a terminal.
   */
  print(text: string, tone?: ShellTone): void;
  /** The same, never translated: what somebody else wrote (instructions, logs, JSON). */
  printAsIs(text: string): void;
  /** One line to stderr. */
  warn(text: string): void;
  /** How far something is: one line on stderr that takes the place of the one before; null: it has ended. */
  progress(text: string | null): void;
  /** A yes-or-no question on the terminal; false when nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** One line typed on the terminal, hidden while typed when it is a secret; null when nobody can be asked. */
  ask(question: string, options?: { hidden?: boolean }): Promise<string | null>;
  /** Aborts on ctrl+c; commands that follow something end then. */
  readonly signal: AbortSignal;
  readonly isTerminal: boolean;
  readonly colour: boolean;
  readonly columns: number;
  /** A piece of a line in a role of the screen; as it is where nothing is coloured. For `printAsIs`. */
  readonly paint: PaintText;
  /** What this person reads: `--lang`, FLEET_LANG or the shell's own language. */
  readonly language: Language;
  verdictWord(verdict: Verdict): string;
  /** What master and workers recorded, as this person reads it. */
  readonly told: Told;
}

/** Reasons, events and turns in the person's language; in English as they were recorded. */
export interface Told {
  /** Empty when there is none. */
  reason(code: string | null, reason: string | null): string;
  event(event: Pick<FleetEvent, 'kind' | 'text' | 'evidence'>): string;
  /** How an answer came about: how it ended, and its steps. */
  turn(turn: TurnRecord): { readonly outcome: string; readonly steps: readonly string[] };
}

export interface OptionSpec {
  /** As commander writes it: `--label <text>`, `-f, --follow`. */
  readonly flags: string;
  readonly help: string;
}

/** `session` and `setting`: their names; else these words. */
export type CompletedArgument = 'session' | 'setting' | readonly string[];

/** A list where the option takes several. */
export type Options = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

export interface CommandSpec {
  /** Name and arguments: `create <name>`, `start [names...]`. */
  readonly usage: string;
  readonly summary: string;
  /** One line that works as it stands. */
  readonly example: string;
  readonly options?: readonly OptionSpec[];
  /** What each argument can be, for completion; the last one goes on. Left out: names of sessions. */
  readonly completes?: readonly CompletedArgument[];
  /**
   * What `--home` must name: a directory that is there (default), one that may be made, or nothing that is looked at. `reported`: it must
   * be there, and the command says itself what of an `.env` was refused.
   */
  readonly home?: 'needed' | 'made' | 'none' | 'reported';
  /** Arguments come as commander parsed them: a text, a list for `...`, or undefined. Returns the exit code, 0 when nothing is returned. */
  run(
    context: CommandContext,
    args: readonly (string | readonly string[] | undefined)[],
    options: Options,
  ): Promise<number | undefined>;
}

export const textOption = (options: Options, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
};
export const flag = (options: Options, name: string): boolean => options[name] === true;
export const textArgument = (value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? value : (value?.[0] ?? '');
/** What an option was given, each by itself. */
export const listOption = (options: Options, name: string): readonly string[] => {
  const value = options[name];
  return typeof value === 'string' ? [value] : typeof value === 'object' ? value : [];
};
/** A session's name, or `name@node` where it is one of several nodes'. Throws `usage`. */
export const sessionNamed = (text: string): SessionName => {
  const at = text.indexOf('@');
  if (at < 0) return parseSessionName(text);

  const node = text.slice(at + 1);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/.test(node))
    throw new FleetError(
      'usage',
      `${JSON.stringify(node)} is not a node's name: use 1 to 48 letters, digits, ".", "-" and "_"`,
    );
  parseSessionName(text.slice(0, at));
  return text as SessionName;
};

export const listArgument = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;
export const jsonOption: OptionSpec = { flags: '--json', help: 'print JSON' };
