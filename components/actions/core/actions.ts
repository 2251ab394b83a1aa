import type { Fleet } from '../../../src/protocol/door.ts';
import type { FleetApi, FleetMethod } from '../../../src/protocol/fleet-api.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { Texts } from '../../texts/texts.ts';
import type { DashboardOperations } from '../../view-models/dashboard-operations.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import type { Preferences } from './preferences.ts';
import type { Route } from './route.ts';

/** Everything that a screen can make happen. The object stays the same while the dashboard runs. */
export interface Actions {
  readonly fleet: Fleet;
  readonly clock: () => EpochMs;
  readonly texts: () => Texts;
  readonly operations: DashboardOperations;
  /** One of the program's own commands in this terminal, then back to the dashboard. */
  readonly runProgram: (args: readonly string[]) => void;
  /** Asks the door; every error becomes one line for a person. */
  readonly request: <M extends FleetMethod>(method: M, params: FleetApi[M]['params']) => Promise<FleetApi[M]['result']>;
  /** Shows a line above the footer for ten seconds. */
  readonly notify: (text: string, bad?: boolean) => void;
  /** Runs in the background: what is being done, then that it is done, or why not. */
  readonly run: (verb: string, what: string, work: () => Promise<string | null>) => void;
  readonly go: (route: Route) => void;
  readonly replace: (route: Route) => void;
  /** The fleet, with only this screen on top of it. */
  readonly switchTo: (route: Route) => void;
  /** The fleet screen, with only what has this text in its row. */
  readonly showOnly: (text: string) => void;
  /** False: there is nothing to go back to. */
  readonly back: () => boolean;
  readonly open: (dialog: Dialog) => void;
  readonly closeDialog: () => void;
  readonly showHelp: () => void;
  readonly commandLine: (text?: string) => void;
  readonly copy: (text: string, what: string) => void;
  readonly quit: () => void;
  readonly suspend: () => void;
  readonly redraw: () => void;
  readonly prefer: (patch: Partial<Preferences>) => void;
  readonly preferences: () => Preferences;
  /** Opens `$EDITOR` (or the built-in editor) on a text; null when nothing was changed. */
  readonly editText: (text: string, suffix: string) => Promise<string | null>;
}
