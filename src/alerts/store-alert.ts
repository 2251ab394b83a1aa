import { plainBackoff } from '../pace/backoff.ts';
import type { FleetSnapshot } from '../protocol/fleet.ts';
import { messageOf } from '../session/fleet-error.ts';
import { storeFaultCodes } from '../session/store-trouble.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { alertWords, lastedWords } from '../words/alert-words.ts';
import type { Language } from '../words/language.ts';
import { storeWords } from '../words/store-words.ts';
import type { Channel } from './channel.ts';

/**
 * The alert that the store is at fault, and that it is well again. All others wait in the store until their channel has taken them; this
 * one goes straight to the channels, and is remembered only here: a master that starts again tells it again.
 */
export interface StoreAlert {
  look(snapshot: FleetSnapshot): void;
}

/** The banner that it tells of, and the only one that is not told by way of the store. */
export const storeBanner = 'store-broken';

const holdMs: Milliseconds = 5000;
const pauses = { firstMs: 5000, maxMs: 5 * 60_000 };

interface Told {
  readonly title: string;
  readonly since: EpochMs;
}

/** One channel: what it was told last, and when it is tried again. */
interface Line {
  readonly channel: Channel;
  told: Told | null;
  sending: boolean;
  failures: number;
  nextAt: EpochMs;
}

export const createStoreAlert = (options: {
  readonly channels: readonly Channel[];
  readonly host: string;
  readonly language: Language;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): StoreAlert => {
  const { language, now } = options;
  const texts = alertWords[language];
  const lines: Line[] = options.channels.map((channel) => ({
    channel,
    told: null,
    sending: false,
    failures: 0,
    nextAt: 0,
  }));

  const problemOf = (snapshot: FleetSnapshot): Told | null => {
    const banner = snapshot.banners.find(({ id }) => id === storeBanner);
    if (banner === undefined) return null;
    const code = storeFaultCodes.find((each) => each === banner.values['fault']);
    return { title: storeWords[language][code ?? 'corrupt'], since: banner.since };
  };

  const send = async (line: Line, kind: 'problem' | 'recovery', about: Told, next: Told | null): Promise<void> => {
    line.sending = true;
    const words =
      kind === 'problem' ? texts.problem(about.title) : texts.recovery(about.title, lastedWords(now() - about.since));
    try {
      const at = kind === 'problem' ? about.since : now();
      await line.channel.send({
        kind,
        text: `[zap-fleet ${options.host}] ${words}`,
        at,
        key: `banner:${storeBanner}`,
        session: null,
      });
      line.told = next;
      line.failures = 0;
    } catch (error) {
      line.nextAt = now() + plainBackoff(line.failures, pauses);
      line.failures += 1;
      options.log('warn', `the alert about the store does not go out through ${line.channel.name}`, {
        problem: messageOf(error),
      });
    } finally {
      line.sending = false;
    }
  };

  return {
    look: (snapshot) => {
      const problem = problemOf(snapshot);
      for (const line of lines) {
        if (line.sending || now() < line.nextAt) continue;
        if (problem !== null && line.told === null && now() - problem.since >= holdMs)
          void send(line, 'problem', problem, problem);
        else if (problem === null && line.told !== null) void send(line, 'recovery', line.told, null);
      }
    },
  };
};
