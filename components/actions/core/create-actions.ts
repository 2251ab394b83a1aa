import type { Fleet } from '../../../src/protocol/door.ts';
import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { Language } from '../../../src/words/language.ts';
import { inPortuguese } from '../../../src/words/portuguese/in-portuguese.ts';
import type { DashboardOperations } from '../../view-models/dashboard-operations.ts';
import type { Dialog } from '../../view-models/dialog-kinds.ts';
import type { ToastKind } from '../../view-models/toast.ts';
import type { View } from '../../view-models/view.ts';
import type { Actions } from './actions.ts';
import type { Preferences } from './preferences.ts';
import type { Route } from './route.ts';

/** What the dashboard needs from outside itself; a test owns all of it. */
export interface Surroundings {
  readonly fleet: Fleet;
  readonly clock: () => EpochMs;
  readonly preferences: Preferences;
  readonly savePreferences: (preferences: Preferences) => void;
  readonly copy: (text: string) => void;
  readonly setMouse: (on: boolean) => void;
  /** Stops this process as ctrl+z does in a shell; resolves when it goes on. */
  readonly suspendProcess: () => Promise<void>;
  /** The editor's command; null: none. */
  readonly editor: string | null;
  readonly edit: (command: string, text: string, suffix: string) => Promise<string | null>;
  readonly operations: DashboardOperations;
}

export interface UiState {
  readonly preferences: Preferences;
  readonly stack: readonly Route[];
  readonly view: View;
}

export interface ActionsInput {
  readonly surroundings: Surroundings;
  readonly state: () => UiState;
  readonly setStack: (change: (before: readonly Route[]) => readonly Route[]) => void;
  readonly setDialog: (dialog: Dialog | null) => void;
  readonly setHelp: (open: boolean) => void;
  readonly setFilter: (text: string) => void;
  readonly setCommand: (text: string | null) => void;
  readonly setMessage: (
    message: { readonly text: string; readonly kind: ToastKind; readonly at: EpochMs } | null,
  ) => void;
  readonly setPreferences: (preferences: Preferences) => void;
  readonly exit: (result: unknown) => void;
  readonly suspendTerminal: (work: () => Promise<void>) => Promise<void>;
  readonly refresh: () => void;
}

/** What the door refused, as the operator reads it. */
const saidIn = (language: Language, error: unknown): unknown =>
  language === 'en' || !(error instanceof FleetError)
    ? error
    : new FleetError(error.code, inPortuguese(error.message), { cause: error });

const same = (a: Route, b: Route): boolean => JSON.stringify(a) === JSON.stringify(b);

export const createActions = (input: ActionsInput): Actions => {
  const { surroundings, state } = input;
  const { fleet, clock } = surroundings;
  const say = (text: string, kind: ToastKind) => input.setMessage({ text: plainText(text), kind, at: clock() });
  const notify = (text: string, bad = false) => say(text, bad ? 'bad' : 'note');
  const texts = () => state().view.t;
  const inBackground = (work: Promise<unknown>) => {
    work.catch((error: unknown) => notify(messageOf(error), true));
  };
  return {
    fleet,
    clock,
    texts,
    operations: surroundings.operations,
    runProgram: (args) =>
      inBackground(
        (async () => {
          let code = 0;
          await input.suspendTerminal(async () => {
            code = await surroundings.operations.runProgram(args);
          });
          input.refresh();
          if (code !== 0) notify(texts().result.programEnded(args.join(' '), code), true);
        })(),
      ),
    request: async (method, params) => {
      try {
        return await fleet.request(method, params);
      } catch (error) {
        throw saidIn(state().view.language, error);
      }
    },
    notify,
    run: (verb, what, work) => {
      const t = texts();
      say(t.result.doing(verb, what), 'doing');
      work().then(
        (text) => say(text ?? t.result.done(verb, what), 'done'),
        (error: unknown) => notify(t.result.failed(verb, what, messageOf(error)), true),
      );
    },
    go: (route) =>
      input.setStack((before) => {
        const at = before.findIndex((other) => same(other, route));
        return at >= 0 ? before.slice(0, at + 1) : [...before, route].slice(-20);
      }),
    replace: (route) => input.setStack((before) => [...before.slice(0, -1), route]),
    switchTo: (route) => input.setStack(() => (route.screen === 'fleet' ? [route] : [{ screen: 'fleet' }, route])),
    showOnly: (text) => {
      input.setFilter(text);
      input.setStack(() => [{ screen: 'fleet' }]);
    },
    back: () => {
      if (state().stack.length < 2) return false;
      input.setStack((before) => (before.length < 2 ? before : before.slice(0, -1)));
      return true;
    },
    open: input.setDialog,
    closeDialog: () => input.setDialog(null),
    showHelp: () => input.setHelp(true),
    commandLine: (text = '') => input.setCommand(text),
    copy: (text, what) => {
      surroundings.copy(text);
      say(texts().result.copied(what), 'done');
    },
    quit: () => input.exit({ exitReason: 'quit' }),
    suspend: () => inBackground(input.suspendTerminal(surroundings.suspendProcess)),
    redraw: () => inBackground(input.suspendTerminal(async () => input.refresh())),
    prefer: (patch) => {
      const next = { ...state().preferences, ...patch };
      input.setPreferences(next);
      surroundings.savePreferences(next);
    },
    preferences: () => state().preferences,
    editText: async (text, suffix) => {
      const { editor } = surroundings;
      if (editor === null)
        return new Promise((resolve) => {
          input.setDialog({ kind: 'prose', title: texts().prompt.title, value: text, done: resolve });
        });
      let edited: string | null = null;
      await input.suspendTerminal(async () => {
        edited = await surroundings.edit(editor, text, suffix);
      });
      return edited;
    },
  };
};
