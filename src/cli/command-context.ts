import process from 'node:process';
import type { Fleet } from '../protocol/door.ts';
import { FleetError } from '../session/fleet-error.ts';
import { escapeControls, plainText } from '../session/plain-text.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import type { CommandContext, Told } from './commands/command.ts';
import { chosenLanguage, verdictWordOf } from './language.ts';
import { type PaintText, plainPaint } from './paint-text.ts';
import { progressOn } from './progress-line.ts';
import { askOnTerminal } from './terminal-questions.ts';

/** As master and workers recorded it, in English. */
const asRecorded: Told = {
  reason: (_, reason) => plainText(reason ?? ''),
  event: ({ text }) => plainText(text),
  turn: ({ outcome, words }) => ({ outcome: plainText(outcome), steps: words.map((word) => plainText(word)) }),
};

/** How a command speaks to a person: its own sentences, and what was recorded. */
export interface Voice {
  readonly say: (text: string) => string;
  readonly told: Told;
}

const english: Voice = { say: (text) => text, told: asRecorded };

/** The context of one command; disposing it closes the door and takes the signal handler back. */
export const openCommandContext = (
  loaded: LoadedSettings,
  option: string | undefined,
  { say, told }: Voice = english,
  paint: PaintText = plainPaint,
  /** `node`: the other machine that is meant; `amongNodes`: this one's fleet among those that a person listed. */
  { node, amongNodes = false }: { readonly node?: string | undefined; readonly amongNodes?: boolean } = {},
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
  const language = chosenLanguage(loaded.settings, option);
  const warn = (text: string): void => void process.stderr.write(`zap-fleet: ${escapeControls(say(text))}\n`);
  const verdictWord = verdictWordOf(loaded.settings, option);
  const colour = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const printAsIs = (text: string): void =>
    void process.stdout.write(`${escapeControls(text, { keepColours: colour })}\n`);
  const openAndStart = async (names: readonly string[]): Promise<Fleet> => {
    if (names.length > 0) {
      const { lookAtFleet, refuseUnknownNames } = await import('./look-at-fleet.ts');
      try {
        await refuseUnknownNames(loaded, names);
      } catch (error) {
        // It may be another node's, and nothing is started here for that.
        if (!amongNodes) throw error;
        return lookAtFleet(loaded, () => undefined);
      }
    }
    const { openDoor } = await import('./open-door.ts');
    return openDoor(loaded, { onLaunch: () => warn('the fleet is stopped; this starts it') });
  };
  const askToken = (question: string): Promise<string | null> =>
    askOnTerminal(say(question), process, { hidden: true, signal: controller.signal });
  /** All ways lead to the node that was named. */
  const openNamed = async (name: string): Promise<Fleet> =>
    (await import('./open-node.ts')).openNode(loaded, name, askToken);
  const among = async (home: () => Promise<Fleet>): Promise<Fleet> =>
    amongNodes ? (await import('./open-among.ts')).openCommandAmong(loaded, home, warn) : home();
  const connect = (names: readonly string[] = []): Promise<Fleet> => {
    door ??= node === undefined ? among(() => openAndStart(names)) : openNamed(node);
    return door;
  };
  const look = (): Promise<Fleet> => {
    if (node !== undefined) return connect();
    looked ??= among(async () => (await import('./look-at-fleet.ts')).lookAtFleet(loaded, warn));
    return looked;
  };
  return {
    loaded,
    connect,
    mustExist: async (name, { kept = false } = {}) => {
      if (node === undefined && !amongNodes)
        await (await import('./look-at-fleet.ts')).refuseUnknownName(loaded, name, kept);
      // It may be another machine's.
      else await (await look()).request(kept ? 'totals' : 'session', { name });
    },
    mustWait: async (draft) => (await import('./look-at-fleet.ts')).refuseUnknownDraft(loaded, draft),
    reach: () => {
      if (node !== undefined) return connect();
      reached ??= among(
        async () => (await (await import('./look-at-fleet.ts')).reachFleet(loaded, warn)) ?? openAndStart([]),
      );
      return reached;
    },
    look,
    print: (text, tone) => {
      const said = /^[[{]/.test(text) ? text : say(text);
      printAsIs(tone === undefined ? said : paint(said, tone));
    },
    printAsIs,
    warn,
    progress: progressOn(process.stderr),
    ask: (question, options) => askOnTerminal(say(question), process, { ...options, signal: controller.signal }),
    confirm: async (question) => {
      const answer = await askOnTerminal(`${say(question)} ${language === 'en' ? '[y/N]' : '[s/N]'} `, process, {
        signal: controller.signal,
      });
      if (answer === null) throw new FleetError('usage', `${question} Nobody can be asked here: add --yes.`);
      return /^[ys]/i.test(answer.trim());
    },
    signal: controller.signal,
    isTerminal: process.stdout.isTTY === true,
    colour,
    paint,
    columns: process.stdout.columns ?? 80,
    language,
    told,
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
