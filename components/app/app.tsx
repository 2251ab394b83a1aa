import { Box, useApp, useInput, usePaste } from 'ink';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FleetSnapshot, SessionRow } from '../../src/protocol/fleet.ts';
import type { Language } from '../../src/words/language.ts';
import type { Actions } from '../actions/core/actions.ts';
import { rememberedBackgrounds } from '../actions/core/chosen-theme.ts';
import { createActions, type Surroundings, type UiState } from '../actions/core/create-actions.ts';
import type { Route } from '../actions/core/route.ts';
import { CommandLine, type CommandLineState } from '../commands/command-line.tsx';
import { ActionsContext, KeyRouterContext, OfferStackContext, StatusContext, ViewContext } from '../hooks/contexts.ts';
import type { Frames } from '../hooks/frames.ts';
import { createOfferStack, type OfferStack } from '../hooks/offer-stack.ts';
import { useFrame } from '../hooks/use-frame.ts';
import { useKeyTurns } from '../hooks/use-key-turns.ts';
import { useMessageLine } from '../hooks/use-message-line.ts';
import { type TerminalLook, useShownView } from '../hooks/use-shown-view.ts';
import type { KeyRouter } from '../keys/key-layers.ts';
import { fieldOf } from '../paint/field.ts';
import { cutLine, type Line } from '../paint/line.ts';
import { fadedTheme } from '../paint/theme.ts';
import { DialogHost } from '../screens/dialogs/dialog-host.tsx';
import { FleetScreen } from '../screens/fleet-screen.tsx';
import { HelpScreen } from '../screens/help-screen.tsx';
import { RouteScreen } from '../screens/route-screen.tsx';
import type { Dialog } from '../view-models/dialog-kinds.ts';
import { type FleetMemory, type FleetUi, initialFleetUi } from '../view-models/fleet/fleet-ui.ts';
import { noOrder } from '../view-models/fleet/order.ts';
import { noTraffic } from '../view-models/fleet/traffic.ts';
import { leadTitle } from '../view-models/header.ts';
import { GlobalKeys } from './global-keys.tsx';
import { screenKeys } from './screen-keys.ts';

export interface AppProps {
  readonly frames: Frames;
  readonly router: KeyRouter;
  readonly surroundings: Surroundings;
  readonly language: Language;
  readonly look: TerminalLook;
  readonly timeZone: string | undefined;
  /** The terminal's title follows the badge. */
  readonly setTitle: (title: string) => void;
  /** Handed what paints the whole screen anew. */
  readonly onRedraw?: ((redraw: () => void) => void) | undefined;
  readonly onLanguage?: ((language: Language) => void) | undefined;
}

/** What the terminal and the caller are told of: title, language, mouse, and how the screen is painted anew. */
const useToldOutside = (
  { surroundings, setTitle, onRedraw, onLanguage }: AppProps,
  {
    act,
    title,
    language,
    mouse,
  }: { readonly act: Actions; readonly title: string; readonly language: Language; readonly mouse: boolean },
): void => {
  useEffect(() => setTitle(title), [setTitle, title]);
  useEffect(() => onRedraw?.(act.redraw), [onRedraw, act]);
  useEffect(() => onLanguage?.(language), [onLanguage, language]);
  useEffect(() => surroundings.setMouse(mouse), [surroundings, mouse]);
};

/** What the terminal answers is kept, so that the next first frame already has its colours. */
const useRememberedBackground = ({ background, terminal }: TerminalLook, act: Actions): void => {
  useEffect(() => {
    const remember = () => {
      const backgrounds = rememberedBackgrounds(act.preferences().backgrounds, terminal, background.current());
      if (backgrounds !== null) act.prefer({ backgrounds });
    };
    remember();
    return background.subscribe(remember);
  }, [background, terminal, act]);
};

/** Where a visit begins: with the first steps while there is no session (those of a demo come up while it is already open). */
const firstStack = ({ sessions, fleet }: FleetSnapshot): readonly Route[] =>
  sessions.length === 0 && !fleet.demo ? [{ screen: 'fleet' }, { screen: 'first-run' }] : [{ screen: 'fleet' }];

/** Whom a command means that names nobody: the session whose screen it is, or what the screen shows under its cursor and marked. */
const commandTargets = ({ sessions }: FleetSnapshot, route: Route, offered: OfferStack): readonly SessionRow[] =>
  // Its tabs, and what it has beside them.
  'id' in route ? sessions.filter(({ id }) => id === route.id) : offered.rows(sessions);

export const App = (props: AppProps): ReactNode => {
  const { frames, router, surroundings } = props;
  const frame = useFrame(frames);
  const { exit, suspendTerminal } = useApp();
  const [preferences, setPreferences] = useState(surroundings.preferences);
  const [stack, setStack] = useState(() => firstStack(frame.snapshot));
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [help, setHelp] = useState(false);
  const [command, setCommand] = useState<CommandLineState | null>(null);
  const [offered] = useState(createOfferStack);
  const [fleetUi, setFleetUi] = useState<FleetUi>(initialFleetUi);
  const memory = useRef<FleetMemory>({
    order: noOrder,
    damped: new Map(),
    traffic: noTraffic,
    top: 0,
    plan: null,
  });
  const route = stack.at(-1) ?? { screen: 'fleet' };
  const view = useShownView(frame, preferences, props);
  const [statusLine, setMessage] = useMessageLine(view.columns);

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
        setFilter: (text) =>
          setFleetUi((before) => ({ ...before, filter: fieldOf(text), typing: false, cursorId: null })),
        setCommand: (text) => setCommand(text === null ? null : { text, options: [] }),
        setMessage,
        setPreferences,
        exit,
        suspendTerminal,
        refresh: frames.refresh,
      }),
    [surroundings, exit, suspendTerminal, frames, setMessage],
  );

  useKeyTurns(router);
  useInput(router.read);
  usePaste(router.paste);
  useToldOutside(props, { act, title: leadTitle(view), language: view.language, mouse: preferences.mouse });

  useRememberedBackground(props.look, act);
  /** What lies behind a dialog turns faint. */
  const behind = dialog === null ? view : { ...view, theme: fadedTheme(view.theme) };

  const [commandStatus, setCommandStatus] = useState<Line | null>(null);
  // It was made for the window as it was before a resize.
  const typedLine = useMemo(
    () => (commandStatus === null ? null : cutLine(commandStatus, view.columns - 1)),
    [commandStatus, view.columns],
  );
  const targets = useCallback(() => commandTargets(latest.current.view.snapshot, route, offered), [route, offered]);

  const shown =
    route.screen === 'fleet' ? (
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
    );

  return (
    <KeyRouterContext value={router}>
      <OfferStackContext value={offered}>
        <ActionsContext value={act}>
          <ViewContext value={view}>
            <StatusContext value={command === null ? statusLine : typedLine}>
              <Box flexDirection="column" height={view.rows} width={view.columns}>
                <ViewContext value={behind}>
                  {help ? <HelpScreen screens={screenKeys(route)} close={() => setHelp(false)} /> : shown}
                </ViewContext>
                <GlobalKeys route={route} />
                {dialog === null ? null : <DialogHost dialog={dialog} />}
              </Box>
              {command === null ? null : (
                <CommandLine state={command} close={() => setCommand(null)} targets={targets} show={setCommandStatus} />
              )}
            </StatusContext>
          </ViewContext>
        </ActionsContext>
      </OfferStackContext>
    </KeyRouterContext>
  );
};
