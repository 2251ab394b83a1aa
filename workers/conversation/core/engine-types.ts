import type { AiLight } from '../../../src/protocol/fleet.ts';
import type { SendFile } from '../../../src/session/send-file.ts';
import type { AiConfig, AiProviderName } from '../../../src/session/session-config.ts';
import type { Tool, ToolAnswer, ToolCall } from '../../../src/session/tool.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { Store } from '../../../src/store/store.ts';
import type { AiProvider } from '../../ai/ai-provider.ts';
import type { MessageChange, WhatsAppClient, WhatsAppMessage } from '../../whatsapp/whatsapp-client.ts';
import type { PriceTable } from '../limits/price-table.ts';
import type { Clock } from './clock.ts';
import type { CommandWords } from './owner-commands.ts';

/** What the pipeline needs of a phone; every engine behind `WhatsAppClient` has it. */
export type ChatClient = Pick<
  WhatsAppClient,
  | 'newMessageId'
  | 'send'
  | 'lookUp'
  | 'missedMessages'
  | 'setTyping'
  | 'markRead'
  | 'identify'
  | 'downloadMedia'
  | 'changesOf'
>;

type LogLine = (text: string, fields?: Readonly<Record<string, unknown>>) => void;
export interface EngineLog {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

export interface EngineSettings {
  /** Digits; from ADMIN_NUMBERS. */
  readonly adminNumbers: readonly string[];
  readonly language: 'pt-BR' | 'en';
  /** Dollars a day for the whole fleet; null: no limit. */
  readonly fleetBudgetUsd: number | null;
  readonly commandWords?: CommandWords;
  /** The operator's own defaults (OPENAI_MODEL, GEMINI_MODEL) instead of ours. */
  readonly defaultModels?: Readonly<Record<AiProviderName, string>>;
  /** A person's own prices, before ours. */
  readonly prices?: PriceTable;
}

/** How a session's tools are reached; loaded at the first call. */
export interface ToolCaller {
  /** What is wrong with the arguments, for the model; null: nothing. */
  check(tool: Tool, given: unknown): Promise<string | null>;
  call(tool: Tool, call: ToolCall): Promise<ToolAnswer>;
  /** What became of a key; `failed` with the code `absent`: it never arrived. */
  lookUp(tool: Tool, key: string): Promise<ToolAnswer>;
}

/** Where the bytes of files lie that the session may send. */
export interface FilePlace {
  /** The path of its bytes, whole; null: they are gone. */
  find(file: SendFile): Promise<string | null>;
  /** Keeps what is said by a part until it is sent; its path. */
  keepSpoken(part: number, bytes: Uint8Array): Promise<string>;
  dropSpoken(part: number): Promise<void>;
}

export interface EngineOptions {
  readonly store: Store;
  readonly session: { readonly id: string; readonly name: string };
  readonly client: ChatClient;
  /** The AI service for a configuration, with the session's own key or the fleet's; called when the configuration changes. */
  readonly aiFor: (config: AiConfig) => AiProvider;
  readonly tools: ToolCaller;
  readonly files: FilePlace;
  readonly settings: EngineSettings;
  readonly clock: Clock;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly log: EngineLog;
  /** Told when the AI's light changes. */
  readonly report: (activity: { readonly ai: AiLight }) => void;
  /** Names this life of the worker (its start id): a part that an earlier life was sending is looked up before anything is sent. */
  readonly life: string;
}

export interface EngineStatus {
  readonly connected: boolean;
  readonly draining: boolean;
  readonly ai: AiLight;
  /** Chats in which something is being waited for, answered or sent. */
  readonly activeChats: number;
  readonly pendingChats: number;
  readonly openOutboxChats: number;
  /** Why nothing is answered although the phone is linked, or null. */
  readonly held: string | null;
}

/** The conversations of one session. Everything that matters is in the store: an engine can be abandoned at any line and made anew. */
export interface ConversationEngine {
  /** Takes a message of the phone, anybody's; stored with the others of this tick before anything else is done with it. */
  onMessage(message: WhatsAppMessage): void;
  /** What became of a message that was told before, in the order in which the phone tells it. */
  onChange(change: MessageChange): void;
  onAck(id: string, ack: number): void;
  /** The link is up since `connectedAt`: catches up with what arrived while away, then answers and sends. */
  onConnected(connectedAt: EpochMs): void;
  onDisconnected(): void;
  /** Nothing is answered or sent while a reason is given (another phone than expected); null lifts it. */
  setHeld(reason: string | null): void;
  /** The store changed under us: configuration, an approved draft, a `send`, a resumed chat. */
  wake(): void;
  /** Begins nothing new, ends what is being sent; resolves at the latest after `deadlineMs`. */
  drain(deadlineMs: number): Promise<void>;
  /** Drops every timer and call. Idempotent; what is open goes on in the next life. */
  close(): void;
  status(): EngineStatus;
  /** The AI's light alone, without asking the store. */
  ai(): AiLight;
}
