import { until } from '../support/until.ts';
import type { WhatsAppWeb } from '../whatsapp-web/whatsapp-web.ts';

/** Customers who write to every session without a pause, and what became of each message at WhatsApp's side. */
export interface Customers {
  begin(): void;
  pause(): void;
  /** One message to this session now; gives its text. */
  write(session: BotSession): Promise<string>;
  /** Sends of this session, by the address of the machine, in order. */
  sends(session: BotSession): Promise<readonly Send[]>;
  /** When the machine of this address lost its connection for this session, newer than `since`, as WhatsApp saw it: the last one. */
  cutOff(session: BotSession, from: string, since: number, within: number): Promise<number>;
  /** Waits for a first answer that is newer than `since`, from one of these machines. */
  answers(session: BotSession, since: number, from: readonly string[], within: number): Promise<Send>;
  /**
   * Waits until everything that was written is answered; throws with what is missing, or was said twice. `isExcused`: of messages that
   * may have been answered by a machine that nobody can ask any more, and are left to a person. Comes back with these.
   */
  settled(within: number, isExcused: (open: readonly Written[]) => Promise<boolean>): Promise<readonly Written[]>;
  count(): number;
}

export interface BotSession {
  readonly name: string;
  readonly phone: string;
}

/** One text that a customer wrote. */
export interface Written {
  /** Name of the session that it was written to. */
  readonly session: string;
  readonly text: string;
  readonly at: number;
}

/** One text that a page sent to WhatsApp. */
export interface Send {
  readonly at: number;
  readonly from: string;
  readonly texts: readonly string[];
}

const everyMs = 900;
/** A customer who writes again soon is one chat: their messages may be answered together, one line each. */
const perSession = 8;

/** As the machine has it: a server that listens for both versions of IP writes the fourth into the sixth. */
const plain = (address: string): string => address.replace('::ffff:', '');

export const createCustomers = (web: WhatsAppWeb, sessions: readonly BotSession[]): Customers => {
  const written = new Map<string, Written[]>(sessions.map(({ phone }) => [phone, []]));
  let timer: NodeJS.Timeout | null = null;
  let count = 0;
  let failed: unknown = null;

  const write: Customers['write'] = async ({ phone, name }) => {
    count += 1;
    const text = `m${count} ${name}`;
    const from = `552191${String(1_000_000 + (count % perSession))}`;
    written.get(phone)?.push({ session: name, text, at: Date.now() });
    await web.deliver({ phone, from, text, name: 'Ana' });
    return text;
  };
  const sends: Customers['sends'] = async ({ phone }) =>
    (await web.sent({ phone }))
      .filter(({ outcome }) => outcome === 'delivered')
      .map(({ at, from, text }) => ({ at, from: plain(from), texts: text.split('\n') }));

  const cutOff: Customers['cutOff'] = ({ phone, name }, machine, since, within) =>
    until(
      async () => {
        const ended = await web.ended({ phone });
        return ended.findLast(({ at, from }) => at > since && plain(from) === machine)?.at;
      },
      { within, every: 200, what: `${name} on ${machine} to be cut off` },
    );

  const judge = async (session: BotSession): Promise<{ missing: Written[]; twice: string[] }> => {
    const said = new Map<string, number>();
    for (const { texts } of await sends(session)) for (const text of texts) said.set(text, (said.get(text) ?? 0) + 1);
    const all = written.get(session.phone) ?? [];
    return {
      missing: all.filter(({ text }) => !said.has(text)),
      twice: [...said].filter(([, times]) => times > 1).map(([text, times]) => `${text} (${times} times)`),
    };
  };
  const missing = async (): Promise<Written[]> =>
    (await Promise.all(sessions.map(async (each) => (await judge(each)).missing))).flat();

  return {
    write,
    sends,
    cutOff,
    count: () => count,
    begin: () => {
      let next = 0;
      timer ??= setInterval(() => {
        const session = sessions[next % sessions.length];
        next += 1;
        if (session !== undefined)
          write(session).catch((error: unknown) => {
            failed ??= error;
          });
      }, everyMs);
    },
    pause: () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
    answers: (session, since, from, within) =>
      until(async () => (await sends(session)).find((send) => send.at > since && from.includes(send.from)), {
        within,
        every: 200,
        what: `an answer of ${session.name} from ${from.join(' or ')}`,
      }),
    settled: async (within, isExcused) => {
      if (failed !== null) throw new Error('a customer could not write', { cause: failed });
      const left = async (): Promise<readonly Written[] | null> => {
        const open = await missing();
        return open.length === 0 || (await isExcused(open)) ? open : null;
      };
      const excused = await until(left, { within, every: 500, what: 'everybody to be answered' }).catch(
        async (error: unknown) => {
          const open = (await missing()).map(({ text, at }) => `${text} (written ${new Date(at).toISOString()})`);
          throw new Error(`not answered: ${open.join(', ')}`, { cause: error });
        },
      );
      const twice = (await Promise.all(sessions.map(async (each) => (await judge(each)).twice))).flat();
      if (twice.length > 0) throw new Error(`answered more than once: ${twice.join(', ')}`);
      return excused;
    },
  };
};
