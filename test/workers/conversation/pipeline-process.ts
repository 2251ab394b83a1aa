import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { openStore } from '../../../src/store/store.ts';
import { createEchoProvider } from '../../../workers/ai/echo-provider.ts';
import { createConversationEngine } from '../../../workers/conversation/conversation-engine.ts';
import { systemClock } from '../../../workers/conversation/core/clock.ts';
import type { ToolCaller } from '../../../workers/conversation/core/engine-types.ts';
import type { WhatsAppMessage } from '../../../workers/whatsapp/whatsapp-client.ts';

/**
 * A whole worker's pipeline as a process of its own, for pipeline-sigkill.test.ts: `DATABASE PHONE SESSION_ID LIFE`. The phone is a
 * directory of two files: `in.jsonl` (what customers wrote) and `out.jsonl` (what really went out), so WhatsApp outlives the process.
 */

/** Nothing is called here. */
const noTools: ToolCaller = {
  check: async () => null,
  call: async () => ({ kind: 'failed', code: 'no-tools', reason: 'none here', status: null }),
  lookUp: async () => ({ kind: 'unknown', code: 'no-tools', reason: 'none here', status: null }),
};

const [database = '', phone = '', sessionId = '', life = ''] = process.argv.slice(2);
const inFile = `${phone}/in.jsonl`;
const outFile = `${phone}/out.jsonl`;
const linesOf = <T>(path: string): T[] =>
  existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T)
    : [];

// It is killed again and again: what Node compiled is kept for the next life now, not at the end.
flushCompileCache();

let ids = 0;
const store = openStore(database);
const session = store.sessions.byId(sessionId);
if (session === null) throw new Error('no session');
const echo = createEchoProvider();
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const engine = createConversationEngine({
  store,
  session,
  client: {
    newMessageId: () => {
      ids += 1;
      return `${life}-${ids}`;
    },
    send: async ({ chatId, messageId, text }) => {
      await pause(Math.random() * 4);
      // One short line is appended in one write: a SIGKILL falls before or after it.
      appendFileSync(outFile, `${JSON.stringify({ chatId, messageId, text })}\n`);
      await pause(Math.random() * 4);
      return { kind: 'accepted', id: `true_${chatId}_${messageId}`, ack: 1 };
    },
    lookUp: async ({ messageId }) =>
      linesOf<{ messageId: string }>(outFile).some((one) => one.messageId === messageId)
        ? { kind: 'found', ack: 1 }
        : { kind: 'absent' },
    missedMessages: async () => linesOf<WhatsAppMessage>(inFile),
    setTyping: async () => undefined,
    markRead: async () => undefined,
    identify: async (chatId) => ({ phone: null, lid: null, addresses: [chatId], isSavedContact: false }),
    changesOf: async () => [],
    downloadMedia: async () => {
      throw new Error('no media');
    },
  },
  tools: noTools,
  files: { find: async () => null, keepSpoken: async () => '', dropSpoken: async () => undefined },
  aiFor: () => ({
    ...echo,
    answer: async (request, signal) => {
      await pause(Math.random() * 10);
      return echo.answer(request, signal);
    },
  }),
  settings: { adminNumbers: [], language: 'en', fleetBudgetUsd: null },
  clock: systemClock,
  random: Math.random,
  log: { debug: () => undefined, info: () => undefined, warn: console.error, error: console.error },
  report: () => undefined,
  life,
});
engine.onConnected(Date.now());

// New lines of the phone, as its live events.
let seen = 0;
setInterval(() => {
  const all = linesOf<WhatsAppMessage>(inFile);
  for (const message of all.slice(seen)) engine.onMessage(message);
  seen = all.length;
}, 5);
