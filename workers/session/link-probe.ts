import type { Logger } from '../../src/log/logger.ts';
import { messageOf } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { WhatsAppClient, WhatsAppMessage } from '../whatsapp/whatsapp-client.ts';
import { createDeafWatch, type DeafWatch } from './deaf-watch.ts';

/** Asks page and socket at a steady pace whether they live, and compares WhatsApp's messages with those that came by themselves. */
export interface LinkProbe {
  start(): void;
  stop(): void;
  /** Probes now; what it found in words. */
  run(withInbox: boolean): Promise<readonly string[]>;
  /** A message came by itself. */
  saw(id: string): void;
  connected(): void;
  deaf(): boolean;
  reset(): void;
}

export interface ProbePace {
  readonly probeMs: Milliseconds;
  /** The inbox is compared with every so manieth probe. */
  readonly inboxEvery: number;
}

/** What was missed is looked for this far back. */
const inboxLookBack: Milliseconds = 10 * 60_000;
const defaultPace: ProbePace = { probeMs: 30_000, inboxEvery: 4 };
const probesUntilBroken = 2;
const deafChecksUntilRebuild = 3;

export interface LinkProbeOptions {
  readonly log: Logger;
  readonly pace: ProbePace | undefined;
  readonly now: () => number;
  readonly phone: () => WhatsAppClient | null;
  /** Connected: worth a probe. */
  readonly isDue: () => boolean;
  /** The phone is the right one: its messages may be read. */
  readonly isVerified: () => boolean;
  readonly onMessage: (message: WhatsAppMessage) => void;
  /** After a probe that was answered. */
  readonly onAlive: () => void;
  readonly onDeaf: () => void;
  readonly onBroken: (exit: 'broken' | 'deaf', reason: string) => void;
  /** One after the other with everything else that the phone is asked. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
}

/** Whether messages come by themselves. */
interface Hearing {
  /** Fetches what came lately, hands it on, and says in words whether anything was missed. */
  compareInbox(phone: WhatsAppClient): Promise<string>;
  isDeaf(): boolean;
  reset(): void;
}

const createHearing = (options: LinkProbeOptions, watch: DeafWatch): Hearing => {
  const { log, now } = options;
  let deafChecks = 0;
  let isDeaf = false;

  const setDeaf = (next: boolean, reason: string): void => {
    if (isDeaf === next) return;
    isDeaf = next;
    if (isDeaf) log.warn('connected, but deaf', { reason });
    else log.info('messages arrive by themselves again');
    options.onDeaf();
  };

  return {
    compareInbox: async (phone) => {
      const missed = await phone.missedMessages(now() - inboxLookBack);
      const strays = watch.strays(missed, now());
      // The inbox knows its messages: one that came already is not stored again.
      if (options.isVerified()) for (const message of missed) options.onMessage(message);

      const words =
        strays.length === 0 ? 'nothing was missed' : `${strays.length} messages did not come by themselves; fetched`;
      deafChecks = strays.length > 0 ? deafChecks + 1 : 0;
      setDeaf(strays.length > 0, words);
      if (deafChecks >= deafChecksUntilRebuild) options.onBroken('deaf', 'messages come only when they are asked for');
      return words;
    },
    isDeaf: () => isDeaf,
    reset: () => {
      deafChecks = 0;
      setDeaf(false, '');
    },
  };
};

export const createLinkProbe = (options: LinkProbeOptions): LinkProbe => {
  const { log, now } = options;
  const { probeMs, inboxEvery } = options.pace ?? defaultPace;
  const watch = createDeafWatch();
  const hearing = createHearing(options, watch);
  let failed = 0;
  let probes = 0;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const run = async (withInbox: boolean): Promise<readonly string[]> => {
    const phone = options.phone();
    if (phone === null) return ['the browser is closed'];

    const words: string[] = [];
    try {
      const { latencyMs, socket, stream } = await phone.probe();
      failed = 0;
      words.push(`the page answers in ${Math.round(latencyMs)} ms; socket ${socket}, stream ${stream}`);
      if (withInbox && options.isVerified()) words.push(await hearing.compareInbox(phone));
      options.onAlive();
    } catch (error) {
      failed += 1;
      words.push(`the page does not answer: ${plainText(messageOf(error))}`);
      log.warn('a probe failed', { error, failed });
      if (failed >= probesUntilBroken) options.onBroken('broken', 'the page does not answer');
    }
    return words;
  };

  const schedule = (): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      probes += 1;
      const withInbox = probes % inboxEvery === 0;
      const probing = options.isDue() ? options.inTurn(() => run(withInbox)) : Promise.resolve([]);
      probing.catch((error: unknown) => log.error('a probe failed', { error })).finally(schedule);
    }, probeMs);
  };

  return {
    start: schedule,
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
    run,
    saw: watch.saw,
    connected: () => watch.connected(now()),
    deaf: hearing.isDeaf,
    reset: () => {
      failed = 0;
      hearing.reset();
    },
  };
};
