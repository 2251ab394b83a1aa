import process from 'node:process';
import type { Fleet } from '../protocol/door.ts';
import { FleetError } from '../session/fleet-error.ts';
import { escapeControls } from '../session/plain-text.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import type { CommandContext } from './commands/command.ts';
import { chosenLanguage, verdictWordOf } from './language.ts';
import { progressOn } from './progress-line.ts';
import { askOnTerminal } from './terminal-questions.ts';

/** The context of one command; disposing it closes the door and takes the signal handler back. */
export const openCommandContext = (
  loaded: LoadedSettings,
  language: string | undefined,
): CommandContext & AsyncDisposable => {
  const controller = new AbortController();
  const interrupt = (): void => {
    // The second one ends a command that does not listen.
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  let door: Promise<Fleet> | undefined;
  let looked: Promise<Fleet> | undefined;
  let reached: Promise<Fleet> | undefined;
  const warn = (text: string): void => void process.stderr.write(`zap-fleet: ${escapeControls(text)}\n`);
  const verdictWord = verdictWordOf(loaded.settings, language);
  const colour = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const connect = (): Promise<Fleet> => {
    door ??= import('./open-door.ts').then(({ openDoor }) =>
      openDoor(loaded, { onLaunch: () => warn('the fleet is stopped; this starts it') }),
    );
    return door;
  };
  return {
    loaded,
    connect,
    reach: () => {
      reached ??= import('./look-at-fleet.ts').then(
        async ({ reachFleet }) => (await reachFleet(loaded, warn)) ?? connect(),
      );
      return reached;
    },
    look: () => {
      looked ??= import('./look-at-fleet.ts').then(({ lookAtFleet }) => lookAtFleet(loaded, warn));
      return looked;
    },
    print: (text) => void process.stdout.write(`${escapeControls(text, { keepColours: colour })}\n`),
    warn,
    progress: progressOn(process.stderr),
    ask: (question, options) => askOnTerminal(question, process, { ...options, signal: controller.signal }),
    confirm: async (question) => {
      const answer = await askOnTerminal(`${question} [y/N] `, process, { signal: controller.signal });
      if (answer === null) throw new FleetError('usage', `${question} Nobody can be asked here: add --yes.`);
      return /^[ys]/i.test(answer.trim());
    },
    signal: controller.signal,
    isTerminal: process.stdout.isTTY === true,
    colour,
    columns: process.stdout.columns ?? 80,
    language: chosenLanguage(loaded.settings, language),
    verdictWord,
    [Symbol.asyncDispose]: async () => {
      process.off('SIGINT', interrupt);
      for (const opening of [door, looked, reached]) {
        // A door that never opened has said so already, where it was asked for.
        const opened = await opening?.catch(() => null);
        await opened?.close();
      }
    },
  };
};
