import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HomePaths } from '../../src/home/home-paths.ts';
import type { ProbeLoop } from '../../src/protocol/probe.ts';
import { fleetModels } from '../../src/session/default-models.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import { plainText } from '../../src/session/plain-text.ts';
import type { SessionConfig } from '../../src/session/session-config.ts';
import type { SessionName } from '../../src/session/session-name.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { Secrets, Settings } from '../../src/settings/settings.ts';
import { openStoreToRead } from '../../src/store/read-store.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createServiceMemory } from '../ai/service-memory.ts';
import { createConversationEngine } from '../conversation/conversation-engine.ts';
import { systemClock } from '../conversation/core/clock.ts';
import type { ChatClient, EngineLog } from '../conversation/core/engine-types.ts';
import type { WhatsAppMessage } from '../whatsapp/whatsapp-client.ts';
import { aiProviderFor, engineLanguage, readPrices } from './session-ai.ts';
import { noFiles } from './session-files.ts';
import { workerSecrets } from './session-host.ts';
import { noTools } from './session-tools.ts';

/**
 * The whole chain but WhatsApp: a question goes through the very inbox, turn and outbox that answer customers, on a store that is thrown
 * away, and what would be sent is caught. Nothing of it reaches the session's own store, bill or chats.
 */

const lookEvery: Milliseconds = 50;
/** Pauses that only a person at the other end would notice. */
const quickRhythm = ({ timing, ...config }: SessionConfig): SessionConfig => ({
  ...config,
  timing: { ...timing, quietMs: 1000, maxWaitMs: 5000, readingDelayMs: 0, typing: false, pauseBetweenPartsMs: 0 },
  // Whom it answers is about numbers; there is none here.
  filters: { ...config.filters, allow: [], deny: [] },
});

interface Original {
  readonly session: StoredSession;
  readonly instructions: string | null;
}

const readOriginal = (paths: HomePaths, name: SessionName): Original => {
  const store = openStoreToRead(paths.database);
  try {
    const session = store.sessions.get(name);
    if (session === null) throw new FleetError('no-such-session', `there is no session ${name}. See: zap-fleet ls`);
    const version = session.instructionsVersion;
    return {
      session,
      instructions: version === null ? null : (store.sessions.instructions(session.id, version)?.text ?? null),
    };
  } finally {
    store.close();
  }
};

const copyInto = (store: Store, { session, instructions }: Original): StoredSession => {
  const now = Date.now();
  const { name, label, engine } = session;
  const made = store.sessions.create(
    { name, label, engine, expectedPhone: null, config: quickRhythm(session.config), instructions, author: 'probe' },
    now,
  );
  store.sessions.setAccount(made.id, { phone: '5511900000000', lid: null, pushName: null }, now - 60_000);
  return store.sessions.byId(made.id) ?? made;
};

/** Takes whatever is sent, and keeps it. */
const catchingClient = (sent: { readonly text: string; readonly at: number }[]): ChatClient => ({
  newMessageId: () => `3EB0${randomBytes(9).toString('hex').toUpperCase()}`,
  send: async ({ chatId, messageId, text }) => {
    sent.push({ text, at: Date.now() });
    return { kind: 'accepted', id: `true_${chatId}_${messageId}`, ack: 1 };
  },
  lookUp: async () => ({ kind: 'found', ack: 1 }),
  missedMessages: async () => [],
  setTyping: async () => undefined,
  markRead: async () => undefined,
  identify: async (chatId) => ({ phone: null, lid: null, addresses: [chatId], isSavedContact: false }),
  changesOf: async () => [],
  downloadMedia: async () => {
    throw new FleetError('failed', 'there is no medium in a loop');
  },
});

const quiet = (): void => undefined;
const silentLog: EngineLog = { debug: quiet, info: quiet, warn: quiet, error: quiet };

const phone = '5511900000001';
const question = (text: string): WhatsAppMessage => ({
  id: `false_${phone}@c.us_LOOP`,
  chatId: `${phone}@c.us`,
  chatKind: 'person',
  addresses: [`${phone}@c.us`],
  fromMe: false,
  author: null,
  phone,
  kind: 'text',
  text,
  mimeType: null,
  pushName: null,
  isSavedContact: false,
  timestamp: Date.now(),
  quotedId: null,
  facts: null,
  quoted: null,
  ad: null,
  edited: false,
  ack: 0,
});

/** How the question ended in the throw-away store; null: it is still under way. */
const endOf = (
  store: Store,
  sessionId: string,
): { outcome: string; code: string | null; reason: string | null } | null => {
  const row = store.database.get<{ outcome: string; code: string | null; reason: string | null }>(
    `SELECT outcome, outcome_code AS code, outcome_reason AS reason FROM messages WHERE session_id = ? AND message_key = ?`,
    sessionId,
    'in:LOOP',
  );
  return row === undefined || row.outcome === 'pending' ? null : row;
};

export const runProbeLoop = async (options: {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly name: SessionName;
  readonly text: string;
  readonly signal: AbortSignal;
}): Promise<ProbeLoop> => {
  const { paths, settings, signal } = options;
  const original = readOriginal(paths, options.name);
  const directory = mkdtempSync(join(tmpdir(), 'zap-fleet-probe-'));
  const store = openStore(join(directory, 'probe.db'));
  const sent: { readonly text: string; readonly at: number }[] = [];
  const session = copyInto(store, original);
  const memory = createServiceMemory();
  const secrets = workerSecrets(paths, options.secrets);

  const engine = createConversationEngine({
    store,
    session,
    client: catchingClient(sent),
    tools: noTools,
    files: noFiles,
    // With the key of the session itself.
    aiFor: (config) => aiProviderFor(config, { paths, sessionId: original.session.id, secrets, settings, memory }),
    settings: {
      adminNumbers: [],
      language: engineLanguage(settings),
      fleetBudgetUsd: null,
      defaultModels: fleetModels(settings),
      prices: readPrices(paths, { warn: quiet }),
    },
    clock: systemClock,
    random: Math.random,
    log: silentLog,
    report: quiet,
    life: 'loop',
  });
  try {
    engine.onConnected(Date.now());
    const askedAt = Date.now();
    engine.onMessage(question(options.text));
    let end = endOf(store, session.id);
    let refused = false;
    while (end === null && !signal.aborted && !refused) {
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
      end = endOf(store, session.id);
      // Nobody is answered until a person acts: the question would wait for ever.
      refused = engine.ai().status === 'bad';
    }

    const answer = sent.map(({ text }) => plainText(text));
    const answerMs = sent[0] === undefined ? null : sent[0].at - askedAt;
    if (end?.outcome === 'answered') return { outcome: 'ok', answerMs, answer, code: null, reason: null };
    const light = engine.ai();
    return {
      outcome: 'failed',
      answerMs,
      answer,
      code: end?.code ?? light.code,
      reason: end?.reason ?? light.reason ?? 'no answer came',
    };
  } finally {
    engine.close();
    store.close();
    rmSync(directory, { recursive: true, force: true });
  }
};
