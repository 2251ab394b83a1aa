import { plainText } from '../../../src/session/plain-text.ts';
import type { EpochMs } from '../../../src/session/units.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { AiGate } from './ai-gate.ts';
import type { EngineOptions } from './engine-types.ts';

/** What the parts of the pipeline share. */
export interface EngineCore extends EngineOptions {
  readonly link: LinkView;
  readonly ai: AiGate;
  /** The session as it is configured now; at most a second old, new after `forget`. */
  current(): StoredSession;
  forget(): void;
  /** Something changed in this chat: its runner looks again. */
  kick(conversationId: number): void;
  kickAll(): void;
  /** This chat is gone, its person has another one: its runner ends. */
  leave(conversationId: number): void;
  /** Chats whose summary is being made. */
  readonly summarizing: Set<number>;
  /** What was told once today already (budget warnings). */
  readonly told: Set<string>;
  event(
    level: 'info' | 'warn' | 'error',
    kind: string,
    text: string,
    evidence?: Readonly<Record<string, unknown>>,
  ): void;
}

/** The link and the life of the engine, as everybody sees them. */
export interface LinkView {
  /** The link is up and what arrived while away is in the inbox. */
  isReady: boolean;
  connectedAt: EpochMs;
  /** Nothing new is begun. */
  isStopping: boolean;
  heldReason: string | null;
}

export const newLinkView = (): LinkView => ({ isReady: false, connectedAt: 0, isStopping: false, heldReason: null });

const cacheMs = 1000;

export const createSessionReader = (options: EngineOptions): Pick<EngineCore, 'current' | 'forget'> => {
  let cached: StoredSession | null = null;
  let readAt = 0;
  return {
    current: () => {
      const now = options.clock.now();
      if (cached === null || now - readAt > cacheMs || now < readAt) {
        const found = options.store.sessions.byId(options.session.id);
        // A session that was deleted keeps its last configuration until its worker is stopped.
        if (found === null && cached === null) throw new Error(`session ${options.session.name} is not in the store`);
        cached = found ?? cached;
        readAt = now;
      }
      return cached as StoredSession;
    },
    forget: () => {
      readAt = Number.NEGATIVE_INFINITY;
    },
  };
};

/** An entry in the event log, written by this session's worker. */
export const eventWriter =
  (options: EngineOptions): EngineCore['event'] =>
  (level, kind, text, evidence) => {
    options.store.events.add({
      at: options.clock.now(),
      level,
      session: options.session,
      kind,
      text: plainText(text).slice(0, 500),
      actor: 'bot',
      ...(evidence === undefined ? {} : { evidence }),
    });
  };
