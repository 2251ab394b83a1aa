import type { TurnStep } from './turn-step.ts';
import type { Bytes, EpochMs, Milliseconds } from './units.ts';

/** What the store keeps and the door hands out: one type for both. */

export type EventLevel = 'info' | 'warn' | 'error';

export interface FleetEvent {
  readonly id: number;
  readonly at: EpochMs;
  readonly level: EventLevel;
  /** Null: the fleet itself. */
  readonly sessionName: string | null;
  /** Kebab-case, e.g. `session-created`, `worker-died`, `ai-refused`. */
  readonly kind: string;
  /** One line for a person. */
  readonly text: string;
  readonly evidence: Readonly<Record<string, unknown>> | null;
  /** `you`, `master`, `supabase`, `api`, `whatsapp`, … */
  readonly actor: string;
}

/** How much of a session lies in the store, for whoever is about to erase it. */
export interface StoredTotals {
  readonly chats: number;
  readonly messages: number;
}

/** What the AI cost on one day. */
export interface UsageDay {
  /** `YYYY-MM-DD` in the session's time zone. */
  readonly day: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

export interface InstructionsVersion {
  readonly version: number;
  readonly text: string;
  readonly author: string;
  readonly createdAt: EpochMs;
  readonly isCurrent: boolean;
}

export interface ChatRow {
  readonly sessionName: string;
  readonly chatId: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly lid: string | null;
  readonly lastInboundAt: EpochMs | null;
  readonly lastOutboundAt: EpochMs | null;
  readonly lastText: string;
  readonly messages: number;
  /** Messages that still wait for an answer. */
  readonly waiting: number;
  /** When the oldest of them came; null: none waits. */
  readonly waitingSince?: EpochMs | null;
  /** It waits longer than it should, and nothing went out since. */
  readonly overdue?: boolean;
  /** Of a mystery customer: nobody's words are in it, and it counts nowhere. */
  readonly probe?: true;
  readonly pausedUntil: EpochMs | null;
  readonly pausedBy: string | null;
  readonly pausedReason: string | null;
  readonly drafts: number;
  /** Left in silence since; null: nobody waits in vain. */
  readonly silentSince: EpochMs | null;
  readonly silentCode: string | null;
  readonly silentReason: string | null;
  /** The customer wants a person, since. */
  readonly asksForPersonSince: EpochMs | null;
  /** What he wants, in a few lines; null when nobody summed it up. */
  readonly handoverSummary: string | null;
}

/** WhatsApp refuses what a connected session sends: to people it has never written to (`new`), or to everybody (`all`). */
export interface Restriction {
  readonly scope: 'new' | 'all';
  readonly since: EpochMs;
  /** How many messages it refused since then. */
  readonly refused: number;
  /** When one careful try is made. */
  readonly nextTryAt: EpochMs | null;
  readonly code: string;
}

/** A customer who wrote and got nothing, until bot or owner answers or a person lets it be. */
export interface SilentChat {
  readonly chatId: string;
  readonly name: string | null;
  readonly phone: string | null;
  /** When the oldest message without an answer came. */
  readonly since: EpochMs;
  readonly lastAt: EpochMs;
  readonly code: string;
  readonly reason: string;
}

/** A customer who wants a person, until somebody resumes the chat. */
export interface AskingChat {
  readonly chatId: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly since: EpochMs;
  /** What it is about, in at most a few lines; null when nobody summed it up. */
  readonly summary: string | null;
}

/** How an inbound message ended, or `pending`. `ignored` is everything the bot has no business with. */
export type InboundOutcome = 'pending' | 'answered' | 'held' | 'unanswered' | 'unknown' | 'ignored';

export interface ChatMessage {
  readonly id: string;
  readonly at: EpochMs;
  readonly from: 'customer' | 'bot' | 'owner';
  readonly kind: string;
  readonly text: string;
  /** Of an inbound message; of a text from the phone, code and reason say what was decided about it. */
  readonly outcome: InboundOutcome | null;
  readonly outcomeCode: string | null;
  readonly outcomeReason: string | null;
  /** Of an outbound part: -1 failed, 0 pending, 1 sent, 2 delivered, 3 read. */
  readonly ack: number | null;
  readonly status: string | null;
  readonly turnId: number | null;
}

export interface DraftRow {
  readonly outboxId: number;
  readonly sessionName: string;
  readonly chatId: string;
  readonly chatName: string | null;
  readonly text: string;
  readonly createdAt: EpochMs;
  readonly turnId: number | null;
  /** Files that go out with it, by name. */
  readonly files?: readonly string[];
  /** What the customer wrote that it answers, oldest first; empty when that is not stored any more. */
  readonly asked?: readonly { readonly text: string; readonly at: EpochMs }[];
  /** Which model wrote it; missing when its turn is not stored any more. */
  readonly model?: string;
  /** The instructions that it followed; null: there were none. */
  readonly instructionsVersion?: number | null;
  /** How many messages of before the AI was given, and what its answer cost. */
  readonly historyMessages?: number;
  readonly costUsd?: number;
}

/** How one answer came about, for `why`. */
export interface TurnRecord {
  readonly turnId: number;
  readonly sessionName: string;
  readonly chatId: string;
  readonly startedAt: EpochMs;
  readonly finishedAt: EpochMs | null;
  readonly outcome: string;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly messageIds: readonly string[];
  readonly joinedText: string;
  readonly instructionsVersion: number | null;
  readonly provider: string;
  readonly model: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly historyMessages: number;
  readonly historyHash: string;
  readonly rawAnswer: string | null;
  readonly filtered: string | null;
  readonly parts: readonly string[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly timing: Readonly<Record<string, Milliseconds>>;
  /** The customer: a name, a phone number or a chat id. */
  readonly who: string;
  /** What happened, oldest first. */
  readonly steps: readonly TurnStep[];
  /** The same in words: one line for each step, then how it ended. */
  readonly words: readonly string[];
}

export interface LogPage {
  /** Raw JSON lines, oldest first. */
  readonly lines: readonly string[];
  /** Give it back to read on from here; survives rotation. */
  readonly cursor: string;
}

export interface BackupResult {
  readonly file: string;
  readonly bytes: Bytes;
  readonly encrypted: boolean;
  /** `profile`: whether the login is in it; `skipped` has its reason. */
  readonly sessions: readonly {
    readonly name: string;
    readonly profile: 'copied' | 'skipped' | 'none';
    readonly reason: string | null;
  }[];
  /** Sessions whose own AI key is not in it, because it is not encrypted. */
  readonly keysLeftOut: readonly string[];
  /** Why a restore would refuse what is in it; null when it would not. */
  readonly problem: string | null;
  /** Older backups that were removed. */
  readonly pruned: readonly string[];
}

/** How the replica in Supabase stands. */
export interface ReplicaStatus {
  readonly status: 'ok' | 'away' | 'refused';
  readonly since: EpochMs;
  /** Changes that Supabase does not have yet; they wait in SQLite and survive restarts. */
  readonly waitingRows: number;
  /** One line for a person; also what of an edit was not valid while the status is `ok`. */
  readonly reason: string | null;
}

/** A session that is in Supabase and was never run by this fleet. A person may adopt it; nothing starts by itself. */
export interface OfferedSession {
  readonly name: string;
  readonly label: string;
  readonly phone: string | null;
  /** The server on which it runs now; null: nowhere. */
  readonly runningOn: string | null;
}

/** One table of a count check. */
export interface CountLine {
  readonly what: string;
  readonly here: number;
  readonly there: number;
}

/** What `store push` and `store pull` end with: the count check and its notes. */
export interface StoreTransfer {
  readonly counts: readonly CountLine[];
  /** The side that was filled has everything. */
  readonly complete: boolean;
  /** What a person should know: sessions that were left out, rows set aside. */
  readonly notes: readonly string[];
  /** Sessions that came to this server. */
  readonly adopted: readonly string[];
}

/** Something that still holds what was erased. */
/** One bundle of a session in Supabase Storage. */
export interface BundleLine {
  readonly session: string;
  /** `login`, or a kind of what its bot has in its hands. Left out by older masters, which knew logins alone. */
  readonly what?: string;
  readonly id: string;
  readonly epoch: number;
  readonly madeAt: EpochMs;
  readonly bytes: number;
  /** Not one that was cut off. */
  readonly whole: boolean;
  readonly madeHere: boolean;
}

export interface LeftBehind {
  /** Kebab-case: `backup`, `login-archive`, `replica`, … */
  readonly what: string;
  /** Where; null when it is no file. */
  readonly file: string | null;
  /** When it is removed by itself; null: by hand only. */
  readonly until: EpochMs | null;
  /** One line for a person; null when the rest says it. */
  readonly note: string | null;
}

/** The receipt of a session that was erased with all that was said in it. */
export interface ErasedSession {
  /** How many of what, by kebab-case: `messages`, `log-lines`, … */
  readonly erased: Readonly<Record<string, number>>;
  readonly left: readonly LeftBehind[];
}

/** The receipt of an erased customer. */
export interface PurgeResult {
  readonly receiptId: number;
  readonly at: EpochMs;
  readonly sessionName: string;
  readonly conversations: number;
  readonly messages: number;
  readonly turns: number;
  readonly parts: number;
  readonly logLines: number;
  /** The replica: erased there too, will be as soon as it is reached, or there is none. */
  readonly replica: 'erased' | 'waits' | 'none';
  /** Archives that were made before and still hold the customer, with the time at which each is removed; null: by hand only. */
  readonly archives: readonly { readonly file: string; readonly expiresAt: EpochMs | null }[];
  /** When the last of them that is removed by itself is; null when none is left. */
  readonly lastExpiresAt: EpochMs | null;
}
