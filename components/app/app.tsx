import { Box, useApp, useInput, usePaste, useWindowSize } from 'ink';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Actions } from '../actions/core/actions.ts';
import { createActions, type Surroundings, type UiState } from '../actions/core/create-actions.ts';
import type { Route } from '../actions/core/route.ts';
import { CommandLine, type CommandLineState } from '../commands/command-line.tsx';
import { ActionsContext, KeyRouterContext, StatusContext, useDo, ViewContext } from '../hooks/contexts.ts';
import type { Frames } from '../hooks/frames.ts';
import { useFrame } from '../hooks/use-frame.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import type { KeyRouter } from '../keys/key-layers.ts';
import { actionFor, type KeyScreen } from '../keys/keymap.ts';
import { calendar } from '../paint/format.ts';
import { cut, type Line, layout, place } from '../paint/line.ts';
import type { Theme } from '../paint/theme.ts';
import { DialogHost } from '../screens/dialogs/dialog-host.tsx';
import { FleetScreen } from '../screens/fleet-screen.tsx';
import { HelpScreen } from '../screens/help-screen.tsx';
import { RouteScreen } from '../screens/route-screen.tsx';
import type { Language } from '../texts/language.ts';
import { textsOf } from '../texts/texts-of.ts';
import type { Dialog } from '../view-models/dialog-kinds.ts';
import { type FleetMemory, type FleetUi, initialFleetUi } from '../view-models/fleet-ui.ts';
import { leadTitle } from '../view-models/header.ts';
import { noOrder } from '../view-models/order.ts';
import type { View } from '../view-models/view.ts';

export interface AppProps {
  readonly frames: Frames;
  readonly router: KeyRouter;
  readonly surroundings: Surroundings;
  readonly language: Language;
  readonly theme: Theme;
  readonly timeZone: string | undefined;
  /** The terminal's title follows the badge. */
  readonly setTitle: (title: string) => void;
  /** Handed what paints the whole screen anew. */
  readonly onRedraw?: ((redraw: () => void) => void) | undefined;
  readonly onLanguage?: ((language: Language) => void) | undefined;
}

const messageMs = 10_000;
/** Fewer rows or columns than this show the badge and nothing that would not fit. */
const smallest = { columns: 20, rows: 4 };

const screenKeys = (route: Route): readonly KeyScreen[] => {
  if (route.screen !== 'session') return route.screen === 'fleet' ? ['fleet'] : [route.screen];
  const tabs: readonly KeyScreen[] = ['session', 'chats', 'logs', 'events', 'settings', 'cost'];
  const tab = tabs[route.tab - 1] ?? 'session';
  return tab === 'session' ? ['session'] : [tab, 'session'];
};

export const App = ({
  frames,
  router,
  surroundings,
  language,
  theme,
  timeZone,
  setTitle,
  onRedraw,
  onLanguage,
}: AppProps): ReactNode => {
  const frame = useFrame(frames);
  const { columns, rows } = useWindowSize();
  const { exit, suspendTerminal } = useApp();
  const [preferences, setPreferences] = useState(surroundings.preferences);
  const [stack, setStack] = useState<readonly Route[]>(() =>
    // The sessions of a demo come up while it is already open.
    frame.snapshot.sessions.length === 0 && !frame.snapshot.fleet.demo
      ? [{ screen: 'fleet' }, { screen: 'first-run' }]
      : [{ screen: 'fleet' }],
  );
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [help, setHelp] = useState(false);
  const [command, setCommand] = useState<CommandLineState | null>(null);
  const [message, setMessage] = useState<{ readonly text: string; readonly bad: boolean; readonly at: number } | null>(
    null,
  );
  const [fleetUi, setFleetUi] = useState<FleetUi>(initialFleetUi);
  const memory = useRef<FleetMemory>({ order: noOrder, damped: new Map(), top: 0 });
  const route = stack.at(-1) ?? { screen: 'fleet' };
  const chosen = preferences.language ?? language;
  const shownTheme = useMemo<Theme>(
    () =>
      preferences.theme === 'auto' || theme.colors === 'none'
        ? theme
        : { ...theme, colors: preferences.theme === 'plain' ? 'none' : preferences.theme },
    [theme, preferences.theme],
  );
  const view = useMemo<View>(
    () => ({
      snapshot: frame.snapshot,
      lostSince: frame.lostSince,
      now: frame.now,
      columns: Math.max(smallest.columns, columns),
      rows: Math.max(smallest.rows, rows),
      language: chosen,
      t: textsOf(chosen),
      theme: shownTheme,
      calendar: calendar(chosen, timeZone),
    }),
    [frame, columns, rows, chosen, shownTheme, timeZone],
  );

  const state: UiState = { preferences, stack, view };
  const latest = useRef(state);
  latest.current = state;
  const act = useMemo<Actions>(
    () =>
      createActions({
        surroundings,
        state: () => latest.current,
        setStack,
        setDialog,
        setHelp,
        setCommand: (text) => setCommand(text === null ? null : { text, options: [] }),
        setMessage,
        setPreferences,
        exit,
        suspendTerminal,
        refresh: frames.refresh,
      }),
    [surroundings, exit, suspendTerminal, frames],
  );

  useInput(router.read);
  usePaste(router.paste);

  const title = leadTitle(view);
  useEffect(() => setTitle(title), [setTitle, title]);
  useEffect(() => onRedraw?.(act.redraw), [onRedraw, act]);
  useEffect(() => onLanguage?.(chosen), [onLanguage, chosen]);
  useEffect(() => {
    if (message === null) return undefined;
    const timer = setTimeout(() => setMessage(null), messageMs);
    return () => clearTimeout(timer);
  }, [message]);
  useEffect(() => surroundings.setMouse(preferences.mouse), [surroundings, preferences.mouse]);

  const statusLine = useMemo<Line | null>(
    () =>
      message === null
        ? null
        : layout(
            [
              place(
                0,
                ` ${message.bad ? '! ' : ''}${cut(message.text, view.columns - 5)}`,
                message.bad ? 'bold' : 'plain',
              ),
            ],
            view.columns - 1,
          ),
    [message, view.columns],
  );
  const [commandStatus, setCommandStatus] = useState<Line | null>(null);
  const targets = useCallback(() => {
    const { sessions } = latest.current.view.snapshot;
    if (route.screen === 'session') return sessions.filter(({ id }) => id === route.id);
    const marked = sessions.filter(({ id }) => fleetUi.marks.has(id));
    if (marked.length > 0) return marked;
    return sessions.filter(({ id }) => id === (fleetUi.cursorId ?? memory.current.order.ids[0]));
  }, [route, fleetUi]);

  return (
    <KeyRouterContext value={router}>
      <ActionsContext value={act}>
        <ViewContext value={view}>
          <StatusContext value={command === null ? statusLine : commandStatus}>
            <Box flexDirection="column" height={view.rows} width={view.columns}>
              {help ? (
                <HelpScreen screens={screenKeys(route)} close={() => setHelp(false)} />
              ) : route.screen === 'fleet' ? (
                <FleetScreen
                  ui={fleetUi}
                  setUi={setFleetUi}
                  memory={memory}
                  preferences={preferences}
                  frozen={dialog !== null}
                  lastKeyAt={router.lastKeyAt}
                />
              ) : (
                <RouteScreen route={route} />
              )}
              <GlobalKeys route={route} setStack={setStack} openHelp={() => setHelp(true)} />
              {dialog === null ? null : <DialogHost dialog={dialog} />}
            </Box>
            {command === null ? null : (
              <CommandLine state={command} close={() => setCommand(null)} targets={targets} show={setCommandStatus} />
            )}
          </StatusContext>
        </ViewContext>
      </ActionsContext>
    </KeyRouterContext>
  );
};

/** Keys that work everywhere; whatever a screen, a field or a dialog does not take. */
const GlobalKeys = ({
  route,
  setStack,
  openHelp,
}: {
  readonly route: Route;
  readonly setStack: (stack: readonly Route[]) => void;
  readonly openHelp: () => void;
}): ReactNode => {
  const act = useDo();
  const goTo = (target: Route) => {
    setStack([{ screen: 'fleet' }, ...(target.screen === 'fleet' ? [] : [target])]);
    return true;
  };
  useKeyLayer({
    priority: layer.global,
    press: ({ name }) => {
      const action = actionFor(name, screenKeys(route))?.action;
      switch (action) {
        case 'quit':
          act.quit();
          return true;
        case 'help':
          openHelp();
          return true;
        case 'command':
          act.commandLine();
          return true;
        case 'suspend':
          act.suspend();
          return true;
        case 'redraw':
          act.redraw();
          return true;
        case 'back':
          act.back();
          return true;
        case 'qr':
          act.go({ screen: 'qr-wall' });
          return true;
        case 'screen-1':
          return goTo({ screen: 'fleet' });
        case 'screen-2':
          return goTo({ screen: 'incidents' });
        case 'screen-3':
          return goTo({ screen: 'logs' });
        case 'screen-4':
          return goTo({ screen: 'chats' });
        case 'screen-5':
          return goTo({ screen: 'cost' });
        default:
          return false;
      }
    },
  });
  return null;
};
