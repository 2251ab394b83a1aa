import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AiLight } from '../../../src/protocol/fleet.ts';
import { messageKey } from '../../../src/session/message-key.ts';
import { fileLine, type SendFile } from '../../../src/session/send-file.ts';
import { defaultConfig, type SessionConfig } from '../../../src/session/session-config.ts';
import { parseSessionName } from '../../../src/session/session-name.ts';
import type { Tool, ToolAnswer, ToolCall } from '../../../src/session/tool.ts';
import type { EpochMs, Milliseconds } from '../../../src/session/units.ts';
import type { Store } from '../../../src/store/store.ts';
import { argumentsProblem } from '../../../src/tools/check-arguments.ts';
import type { AiProvider, AiRequest, AiResult, AiTextResult } from '../../../workers/ai/ai-provider.ts';
import { createConversationEngine } from '../../../workers/conversation/conversation-engine.ts';
import type { Clock } from '../../../workers/conversation/core/clock.ts';
import type {
  ChatClient,
  ConversationEngine,
  EngineLog,
  EngineOptions,
  FilePlace,
  ToolCaller,
} from '../../../workers/conversation/core/engine-types.ts';
import type {
  LookupResult,
  MessageChange,
  SendResult,
  WhatsAppMessage,
} from '../../../workers/whatsapp/whatsapp-client.ts';
import { openNewStore } from '../../support/empty-database.ts';

export const start = Date.parse('2026-11-23T15:00:00Z');
export const minute = 60_000;

/** Time that stands still until the test moves it. */
export interface VirtualClock extends Clock {
  /** Runs everything that is due within `ms`, in order, and lets every promise settle between. */
  advance(ms: Milliseconds): Promise<void>;
  /** The time of day is another one from now on; what runs as a timer is not touched by it, as in Node. */
  setBack(ms: Milliseconds): void;
  /** A clock on the same time whose timers die together, as with a process. */
  life(): Clock & { kill(): void };
}

export const createVirtualClock = (from: EpochMs = start): VirtualClock => {
  let now = from;
  let isBehind = 0;
  let order = 0;
  const timers: { at: number; order: number; work: () => void; isDead: () => boolean }[] = [];
  const add = (at: number, work: () => void, isDead: () => boolean): (() => void) => {
    order += 1;
    const timer = { at, order, work, isDead };
    let index = timers.length;
    while (index > 0 && (timers[index - 1] as { at: number }).at > at) index -= 1;
    timers.splice(index, 0, timer);
    return () => {
      const place = timers.indexOf(timer);
      if (place >= 0) timers.splice(place, 1);
    };
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const clockOf = (isDead: () => boolean): Clock => ({
    now: () => now - isBehind,
    after: (ms, work) => add(now + Math.max(0, ms), work, isDead),
    soon: (work) => {
      add(now, work, isDead);
    },
  });
  return {
    ...clockOf(() => false),
    setBack: (ms) => {
      isBehind += ms;
    },
    life: () => {
      let dead = false;
      return {
        ...clockOf(() => dead),
        kill: () => {
          dead = true;
        },
      };
    },
    advance: async (ms) => {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = timers[0];
        if (next === undefined || next.at > end) break;
        timers.shift();
        now = Math.max(now, next.at);
        if (next.isDead()) continue;
        next.work();
        await settle();
      }
      now = end;
    },
  };
};

export interface SentMessage {
  readonly chatId: string;
  readonly messageId: string;
  readonly text: string;
  readonly at: EpochMs;
}

/** `late`: not confirmed, goes out after `lateness` if the page still lives then. `lost`: not confirmed, never went out. `delivered-unknown`: went out, not confirmed. */
export type SendFate =
  | 'accepted'
  | 'refused'
  | 'file'
  | 'restricted-new'
  | 'restricted'
  | 'late'
  | 'lost'
  | 'delivered-unknown'
  | 'throws';

/** WhatsApp itself: it outlives every worker, keeps what was written, and records what really went out. */
export interface FakeWhatsApp {
  readonly sent: SentMessage[];
  /** Every send that reached the page, whatever became of it. */
  readonly attempts: SentMessage[];
  readonly inbox: WhatsAppMessage[];
  readonly typing: string[];
  fate: (message: { chatId: string; text: string }) => SendFate;
  /** `page-gone`: the truth, from a page that was loaded after the send. */
  lookup: () => 'truth' | 'cannot-tell' | 'failed' | 'page-gone';
  /** After how long a late send goes out after all. */
  lateness: () => Milliseconds;
  /** How long a call into the page takes. */
  latency: () => Milliseconds;
  identities: Map<string, { phone: string | null; lid: string | null; isSavedContact: boolean }>;
  media: Map<string, Uint8Array>;
  /** What became of messages, by their id, as the page would tell it when it is asked. */
  readonly changes: MessageChange[];
  /** Ids that were asked about with `changesOf`, one list a call. */
  readonly asked: (readonly string[])[];
  /** Throws where the page does not tell what became of messages. */
  recheck: () => void;
  client(clock: Clock): ChatClient;
}

export const changedId = (change: MessageChange): string =>
  'message' in change ? change.message.id : change.messageId;

export const createFakeWhatsApp = (clock: Clock): FakeWhatsApp => {
  let ids = 0;
  const fake: FakeWhatsApp = {
    sent: [],
    attempts: [],
    inbox: [],
    typing: [],
    fate: () => 'accepted',
    lookup: () => 'truth',
    lateness: () => 1000,
    latency: () => 0,
    identities: new Map(),
    media: new Map(),
    changes: [],
    asked: [],
    recheck: () => undefined,
    client: (life) => {
      const pass = (ms: number): Promise<void> => new Promise((resolve) => life.after(ms, resolve));
      return {
        newMessageId: () => {
          ids += 1;
          return `OUT${ids}`;
        },
        send: async ({ chatId, messageId, text: words, file }): Promise<SendResult> => {
          const text = file === undefined ? words : fileLine(file.fileName, words);
          const fate = fake.fate({ chatId, text });
          const goOut = (): void => {
            fake.sent.push({ chatId, messageId, text, at: clock.now() });
          };
          fake.attempts.push({ chatId, messageId, text, at: clock.now() });
          await pass(fake.latency());
          switch (fate) {
            case 'accepted':
              goOut();
              return { kind: 'accepted', id: `true_${chatId}_${messageId}`, ack: 0 };
            case 'refused':
              return { kind: 'refused', code: 'error', reason: 'not allowed here' };
            case 'file':
              return { kind: 'refused', code: 'file', reason: 'WhatsApp takes no such file' };
            case 'restricted-new':
            case 'restricted':
              return { kind: 'refused', code: fate, reason: 'error 463' };
            case 'late':
              life.after(fake.lateness(), goOut);
              return { kind: 'unknown', reason: 'no answer from the page' };
            case 'lost':
              return { kind: 'unknown', reason: 'no answer from the page' };
            case 'delivered-unknown':
              goOut();
              return { kind: 'unknown', reason: 'no answer from the page' };
            case 'throws':
              throw new Error('page-hung');
          }
        },
        lookUp: async ({ messageId }): Promise<LookupResult> => {
          await pass(fake.latency());
          const lookup = fake.lookup();
          if (lookup === 'cannot-tell') return { kind: 'cannot-tell', reason: 'the page does not answer' };
          // The page filed it, and WhatsApp refused it.
          if (lookup === 'failed') return { kind: 'found', ack: -1 };
          if (fake.sent.some((one) => one.messageId === messageId)) return { kind: 'found', ack: 1 };
          return { kind: 'absent', ...(lookup === 'page-gone' ? { isPageGone: true } : {}) };
        },
        missedMessages: async (since) => {
          await pass(fake.latency());
          return fake.inbox.filter((message) => message.timestamp >= Math.floor(since / 1000) * 1000);
        },
        setTyping: async (chatId, typing) => {
          fake.typing.push(`${typing ? 'typing' : 'still'} ${chatId}`);
        },
        markRead: async () => undefined,
        identify: async (chatId) => ({
          addresses: [chatId],
          ...(fake.identities.get(chatId) ?? { phone: null, lid: null, isSavedContact: false }),
        }),
        changesOf: async (ids) => {
          await pass(fake.latency());
          fake.recheck();
          fake.asked.push(ids);
          // The page finds a message by its <ID>, under whatever address it filed it.
          const keys = new Set(ids.map(messageKey));
          return fake.changes.filter((change) => keys.has(messageKey(changedId(change))));
        },
        downloadMedia: async (messageId) => {
          const bytes = fake.media.get(messageId);
          if (bytes === undefined) throw new Error('media is gone');
          return { mimeType: 'audio/ogg', bytes };
        },
      };
    },
  };
  return fake;
};

export const ana = '5511987654321@c.us';
export const bia = '5521998761234@c.us';

let messageIds = 0;
export const message = (text: string, more: Partial<WhatsAppMessage> = {}): WhatsAppMessage => {
  messageIds += 1;
  const chatId = more.chatId ?? ana;
  const fromMe = more.fromMe ?? false;
  return {
    id: `${fromMe}_${chatId}_IN${messageIds}`,
    chatId,
    chatKind: 'person',
    addresses: [chatId],
    fromMe,
    author: null,
    phone: /^(\d+)@c\.us$/.exec(chatId)?.[1] ?? null,
    kind: 'text',
    text,
    mimeType: null,
    pushName: 'Ana',
    isSavedContact: false,
    timestamp: start,
    quotedId: null,
    facts: null,
    quoted: null,
    ad: null,
    edited: false,
    ack: 0,
    ...more,
  };
};

export interface FakeAi extends AiProvider {
  readonly requests: AiRequest[];
  /** What the next answers are; the last one stays. Default: says the text back. */
  script: ((request: AiRequest) => AiResult | Promise<AiResult>)[];
}

export const answer = (text: string): AiTextResult => ({
  kind: 'answer',
  text,
  usage: { inputTokens: 10, outputTokens: 5 },
  model: 'echo',
  notes: [],
});

export const createFakeAi = (): FakeAi => {
  const ai: FakeAi = {
    name: 'echo',
    requests: [],
    script: [(request) => answer(`re: ${request.text}`)],
    answer: async (request) => {
      ai.requests.push(request);
      const next = ai.script.length > 1 ? ai.script.shift() : ai.script[0];
      return next === undefined ? answer('') : next(request);
    },
    summarize: async (request) => answer(`summary of ${request.items.length}`),
    describe: async (request) => answer(`${request.kind} of ${request.bytes.byteLength} bytes`),
  };
  return ai;
};

const quiet = (): void => undefined;
export const silentLog: EngineLog = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export interface FakeTools extends ToolCaller {
  /** Every call that was made, with its key; lookups as `? key`. */
  readonly made: { readonly tool: string; readonly key: string; readonly arguments: unknown }[];
  readonly lookedUp: string[];
  script: (call: ToolCall, tool: Tool) => ToolAnswer | Promise<ToolAnswer>;
  lookup: (key: string) => ToolAnswer | Promise<ToolAnswer>;
}

/** Tools that carry out whatever they are asked, until a test says otherwise. */
export const createFakeTools = (): FakeTools => {
  const tools: FakeTools = {
    made: [],
    lookedUp: [],
    script: () => ({ kind: 'ok', status: 200, text: '{"booked":true}' }),
    lookup: () => ({ kind: 'failed', code: 'absent', reason: 'it never arrived there', status: 404 }),
    check: async (tool, given) => argumentsProblem(tool.parameters, given),
    call: async (tool, call) => {
      tools.made.push({ tool: tool.name, key: call.key, arguments: call.arguments });
      return tools.script(call, tool);
    },
    lookUp: async (_, key) => {
      tools.lookedUp.push(key);
      return tools.lookup(key);
    },
  };
  return tools;
};

/** What is spoken lies on no disk. */
export const spokenNowhere: Pick<FilePlace, 'keepSpoken' | 'dropSpoken'> = {
  keepSpoken: async (part) => `/spoken/${part}`,
  dropSpoken: async () => undefined,
};

/** Every file is in its folder, until a test takes its hash out. */
export const createFakeFiles = (): FilePlace & { readonly gone: Set<string> } => {
  const gone = new Set<string>();
  return { gone, ...spokenNowhere, find: async ({ hash }) => (gone.has(hash) ? null : `/files/${hash}`) };
};

export const menu: Omit<SendFile, 'version'> = {
  name: 'menu',
  fileName: 'menu.pdf',
  description: 'Our menu with prices',
  kind: 'document',
  mimeType: 'application/pdf',
  isVoice: false,
  hash: 'a'.repeat(64),
  bytes: 1000,
  addedAt: start,
  actor: 'you',
};

export const agenda: Tool = {
  name: 'agenda',
  description: 'Books an appointment.',
  url: 'https://agenda.example.com/book',
  parameters: {
    type: 'object',
    properties: { day: { type: 'string' }, time: { type: 'string' } },
    required: ['day'],
    additionalProperties: false,
  },
  timeoutMs: 10_000,
  callsPerTurn: 3,
  isIdempotent: false,
  onlyReads: false,
  lookupUrl: null,
  allowHosts: [],
};

export interface Pipeline {
  readonly store: Store;
  readonly clock: VirtualClock;
  readonly whatsapp: FakeWhatsApp;
  readonly ai: FakeAi;
  readonly tools: FakeTools;
  readonly files: FilePlace & { readonly gone: Set<string> };
  readonly lights: AiLight[];
  readonly sessionId: string;
  engine: ConversationEngine;
  /** Delivers a message now, with the time it is. */
  say(text: string, more?: Partial<WhatsAppMessage>): WhatsAppMessage;
  /** Changes the words of a message now: the phone tells it, and so does everything that it tells later. */
  edit(of: WhatsAppMessage, text: string): WhatsAppMessage;
  /** Deletes a message for everybody now. */
  erase(of: WhatsAppMessage): void;
  /** What came as a ciphertext is readable now. */
  clear(of: WhatsAppMessage, text: string): WhatsAppMessage;
  sentTexts(chatId?: string): string[];
  outcomes(): Record<string, string>;
  configure(change: (config: SessionConfig) => SessionConfig): void;
  /** The process dies here and a new one takes over the same database and the same WhatsApp. */
  restart(): ConversationEngine;
}

/** Tests about rules need no theatre: no typing, no pauses. */
export const plainConfig = (): SessionConfig => {
  const config = defaultConfig();
  return {
    ...config,
    timing: { ...config.timing, typing: false, readingDelayMs: 0, pauseBetweenPartsMs: 0, jitter: 0 },
  };
};

export const createPipeline = (
  options: { config?: SessionConfig; settings?: Partial<EngineOptions['settings']>; log?: EngineLog } = {},
): Pipeline => {
  const directory = mkdtempSync(join(tmpdir(), 'zf-pipeline-'));
  const store = openNewStore(join(directory, 'fleet.db'));
  const clock = createVirtualClock();
  const session = store.sessions.create(
    {
      name: parseSessionName('padaria-joao'),
      label: 'Padaria',
      engine: 'simulated',
      expectedPhone: null,
      config: options.config ?? plainConfig(),
      instructions: 'You answer for {{session_name}}.',
      author: 'you',
    },
    start,
  );
  store.sessions.setAccount(session.id, { phone: '551133334444', lid: null, pushName: null }, start - 60 * minute);
  const whatsapp = createFakeWhatsApp(clock);
  const ai = createFakeAi();
  const tools = createFakeTools();
  const files = createFakeFiles();
  const lights: AiLight[] = [];
  let lives = 0;
  let life = clock.life();
  const open = (): ConversationEngine => {
    lives += 1;
    life = clock.life();
    return createConversationEngine({
      store,
      session,
      client: whatsapp.client(life),
      aiFor: () => ai,
      tools,
      files,
      settings: { adminNumbers: [], language: 'en', fleetBudgetUsd: null, ...options.settings },
      clock: life,
      random: () => 0.5,
      log: options.log ?? silentLog,
      report: (activity) => lights.push(activity.ai),
      life: `life-${lives}`,
    });
  };
  /** WhatsApp's own copy is this one from now on. */
  const replaceCopy = (of: WhatsAppMessage, now: WhatsAppMessage | null): void => {
    const at = whatsapp.inbox.findIndex((one) => one.id === of.id);
    if (at >= 0) whatsapp.inbox.splice(at, 1, ...(now === null ? [] : [now]));
  };
  const tell = (change: MessageChange): void => {
    whatsapp.changes.push(change);
    pipeline.engine.onChange(change);
  };
  const pipeline: Pipeline = {
    store,
    clock,
    whatsapp,
    ai,
    tools,
    files,
    lights,
    sessionId: session.id,
    engine: open(),
    say: (text, more) => {
      const one = message(text, { timestamp: Math.floor(clock.now() / 1000) * 1000, ...more });
      whatsapp.inbox.push(one);
      pipeline.engine.onMessage(one);
      return one;
    },
    edit: (of, text) => {
      const edited = { ...of, text, edited: true };
      replaceCopy(of, edited);
      tell({ kind: 'edited', message: edited, at: clock.now() });
      return edited;
    },
    erase: (of) => {
      replaceCopy(of, null);
      tell({ kind: 'deleted', messageId: of.id, chatId: of.chatId, fromMe: of.fromMe, at: clock.now() });
    },
    clear: (of, text) => {
      const cleared: WhatsAppMessage = { ...of, kind: 'text', text };
      replaceCopy(of, cleared);
      tell({ kind: 'cleared', message: cleared, at: clock.now() });
      return cleared;
    },
    sentTexts: (chatId) =>
      whatsapp.sent.filter((one) => chatId === undefined || one.chatId === chatId).map((one) => one.text),
    outcomes: () =>
      Object.fromEntries(
        store.database
          .all<{ text: string; outcome: string; code: string | null }>(
            `SELECT text, outcome, outcome_code AS code FROM messages WHERE sender = 'customer' ORDER BY seq`,
          )
          .map((row) => [row.text, row.code === null ? row.outcome : `${row.outcome}: ${row.code}`]),
      ),
    configure: (change) => {
      const stored = store.sessions.byId(session.id);
      if (stored === null) throw new Error('no session');
      store.sessions.change(session.id, { config: change(stored.config) }, clock.now());
      pipeline.engine.wake();
    },
    restart: () => {
      life.kill();
      pipeline.engine = open();
      return pipeline.engine;
    },
  };
  onTestFinished(() => {
    pipeline.engine.close();
    store.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return pipeline;
};

/** A pipeline whose phone is linked and up. */
export const connectedPipeline = async (options: Parameters<typeof createPipeline>[0] = {}): Promise<Pipeline> => {
  const pipeline = createPipeline(options);
  pipeline.engine.onConnected(pipeline.clock.now());
  await pipeline.clock.advance(0);
  return pipeline;
};
