import type { Store } from '../../src/store/store.ts';
import { controlPhone } from '../../workers/whatsapp/simulated/control.ts';
import { inboundMessage, openPhoneRecord } from '../../workers/whatsapp/simulated/phone-record.ts';

/** Customers who write while things break, and the count of what became of each message: the other side's own record is the truth. */

interface Written {
  readonly session: string;
  readonly chatId: string;
  readonly id: string;
  readonly text: string;
}

export const createTraffic = (options: {
  readonly names: readonly string[];
  readonly profile: (name: string) => string;
  readonly isUp: (name: string) => boolean;
}) => {
  const written: Written[] = [];
  const undelivered: Written[] = [];
  const pump = setInterval(() => {
    if (undelivered.length > 0) working = working.then(deliver);
  }, 500);
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> = Promise.resolve();

  /** Reaches the phone; its session gets it now, or catches up with it later. */
  const write = async (session: string): Promise<void> => {
    const n = written.length + 1;
    const chatId = `55219${String(20_000_000 + n)}@c.us`;
    const message: Written = {
      session,
      chatId,
      id: `false_${chatId}_3ACA05${String(n).padStart(10, '0')}`,
      text: `mensagem ${n}`,
    };
    const given = { id: message.id, chatId, text: message.text };
    const record = openPhoneRecord(options.profile(session));
    try {
      record.addReceived(inboundMessage(given, message.id, Date.now()));
    } finally {
      record.close();
    }
    written.push(message);
    undelivered.push(message);
    await deliver();
  };

  /** What is on the phone and was not told yet is told when somebody listens, as WhatsApp does; twice is no harm, the inbox knows its ids. */
  const deliver = async (): Promise<void> => {
    const now = undelivered.splice(0);
    for (const name of new Set(now.map(({ session }) => session))) {
      const messages = now.filter(({ session }) => session === name);
      if (!options.isUp(name) || !(await tell(name, messages))) undelivered.push(...messages);
    }
  };
  const tell = async (session: string, messages: readonly Written[]): Promise<boolean> => {
    try {
      const phone = await controlPhone(options.profile(session), 1000);
      try {
        await phone.ask({
          do: 'deliver',
          messages: messages.map(({ id, chatId, text }) => ({ id, chatId, text })),
        });
        return true;
      } finally {
        phone.close();
      }
    } catch {
      // Nobody listens now.
      return false;
    }
  };

  const sentTo = (session: string): Map<string, string[]> => {
    const record = openPhoneRecord(options.profile(session));
    try {
      const sent = new Map<string, string[]>();
      for (const each of record.sent()) sent.set(each.chatId, [...(sent.get(each.chatId) ?? []), each.text]);
      return sent;
    } finally {
      record.close();
    }
  };

  return {
    /** One customer somewhere writes every `everyMs`. */
    start: (everyMs: number): void => {
      timer = setInterval(() => {
        const session = options.names[Math.floor(Math.random() * options.names.length)];
        if (session !== undefined) working = working.then(() => write(session));
      }, everyMs);
    },
    stop: (): void => {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
    end: (): void => clearInterval(pump),
    write: async (session: string): Promise<void> => {
      working = working.then(() => write(session));
      await working;
    },
    settled: () => working,
    count: (): number => written.length,
    unanswered: (): number => {
      const byName = new Map(options.names.map((name) => [name, sentTo(name)]));
      return written.filter(({ session, chatId }) => !byName.get(session)?.has(chatId)).length;
    },
    /** What is wrong with any message; empty: each was stored, answered once, and the store says so. */
    audit: (store: Store): readonly string[] => {
      const problems: string[] = [];
      const byName = new Map(options.names.map((name) => [name, sentTo(name)]));
      for (const { session, chatId, id, text } of written) {
        const answers = byName.get(session)?.get(chatId) ?? [];
        if (answers.length !== 1 || answers[0] !== text)
          problems.push(`${session} ${text}: answered ${answers.length} times (${answers.join(' | ')})`);
        const stored = store.database.all<{ outcome: string }>('SELECT outcome FROM messages WHERE wa_id = ?', id);
        if (stored.length !== 1 || stored[0]?.outcome !== 'answered')
          problems.push(`${session} ${text}: stored as ${stored.map(({ outcome }) => outcome).join() || 'nothing'}`);
      }
      return problems;
    },
  };
};
