import { randomUUID } from 'node:crypto';
import { type ActivityQueries, createActivityQueries } from './activity-queries.ts';
import { type AlertStore, createAlertStore } from './alert-store.ts';
import { type BelongingsStore, createBelongingsStore } from './belongings-store.ts';
import { type BrainStore, createBrainStore } from './brain-store.ts';
import { type CanaryStore, createCanaryStore } from './canary-store.ts';
import { type Changes, createChanges } from './changes.ts';
import { type ChatQueries, createChatQueries } from './chat-queries.ts';
import { type ConversationStore, createConversationStore } from './conversation-store.ts';
import { type Database, type DatabaseOptions, openDatabase } from './database.ts';
import { createEventStore, type EventStore } from './event-store.ts';
import { createHistoryStore, type HistoryStore } from './history-store.ts';
import { createHookStore, type HookStore } from './hook-store.ts';
import { createIncidentStore, type IncidentStore } from './incident-store.ts';
import { createFleetMark } from './integrity/fleet-mark.ts';
import { settleRewound } from './integrity/rewound.ts';
import { createJobStore, type JobStore } from './job-store.ts';
import { createLessonStore, type LessonStore } from './lesson-store.ts';
import { createLoginBundleStore, type LoginBundleStore } from './login-bundle-store.ts';
import { createMessageStore, type MessageStore } from './message-store.ts';
import { createMetaStore, type MetaStore } from './meta-store.ts';
import { createOutboxStore, type OutboxStore } from './outbox-store.ts';
import { createProbeStore, type ProbeStore } from './probe-store.ts';
import { createProposalStore, type ProposalStore } from './proposal-store.ts';
import { createReactionStore, type ReactionStore } from './reaction-store.ts';
import { createRehearsalStore, type RehearsalStore } from './rehearsal-store.ts';
import { createRetention, type Retention } from './retention.ts';
import { createSendFileStore, type SendFileStore } from './send-file-store.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import { createSilenceStore, type SilenceStore } from './silence-store.ts';
import { createToolCallStore, type ToolCallStore } from './tool-call-store.ts';
import { createToolStore, type ToolStore } from './tool-store.ts';
import { createTurnQueries, type TurnQueries } from './turn-queries.ts';
import { createTurnStore, type TurnStore } from './turn-store.ts';
import { createUsageStore, type UsageStore } from './usage-store.ts';

/** The working store, by subject. One per process; close it once. */
export interface Store {
  readonly database: Database;
  readonly sessions: SessionStore;
  readonly events: EventStore;
  readonly conversations: ConversationStore;
  readonly messages: MessageStore;
  readonly turns: TurnStore;
  readonly outbox: OutboxStore;
  /** Customers who got no answer. */
  readonly silences: SilenceStore;
  readonly reactions: ReactionStore;
  readonly usage: UsageStore;
  /** Counts for the fleet table. */
  readonly activity: ActivityQueries;
  /** What the charts show of the past. */
  readonly history: HistoryStore;
  /** Chats, their messages and drafts as the door shows them. */
  readonly chats: ChatQueries;
  /** How answers came about. */
  readonly why: TurnQueries;
  /** Recorded turns asked again with a change. */
  readonly rehearsals: RehearsalStore;
  readonly proposals: ProposalStore;
  /** What a replica reads. */
  readonly changes: Changes;
  /** Pruning, erasing one customer, export. */
  readonly retention: Retention;
  readonly meta: MetaStore;
  /** Logins beside their bundles in Storage. */
  readonly loginBundles: LoginBundleStore;
  /** What bots have in their hands beside its bundles in Storage. */
  readonly belongings: BelongingsStore;
  readonly incidents: IncidentStore;
  readonly alerts: AlertStore;
  /** Long work that outlives a master. */
  readonly jobs: JobStore;
  /** What people did otherwise than the bot. */
  readonly lessons: LessonStore;
  /** Mystery customers. */
  readonly probes: ProbeStore;
  /** HTTP calls that a session's AI may ask for. */
  readonly sendFiles: SendFileStore;
  readonly tools: ToolStore;
  readonly toolCalls: ToolCallStore;
  readonly brains: BrainStore;
  /** Addresses that are told what happens, and what there is to tell. */
  readonly hooks: HookStore;
  /** Changes that a part of the customers meet. */
  readonly canaries: CanaryStore;
  /** Survives redeploys: lives in the database. */
  readonly fleetId: string;
  close(): void;
}

const storedFleetId = (database: Database): string | undefined =>
  database.get<{ value: string }>("SELECT value FROM meta WHERE key = 'fleet_id'")?.value;

/** The id that the store has, or gets now. One that is opened to be read has one. */
const fleetIdOf = (database: Database): string => {
  const known = storedFleetId(database);
  if (known !== undefined) return known;

  database.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('fleet_id', ?)", randomUUID());
  return storedFleetId(database) ?? '';
};

/** The store on an open database; `openStore` opens one. */
export const storeOn = (database: Database): Store => {
  const fleetId = fleetIdOf(database);
  const conversations = createConversationStore(database);
  const messages = createMessageStore(database);
  const silences = createSilenceStore(database);
  const meta = createMetaStore(database);
  const outbox = createOutboxStore(database, conversations, messages);
  return {
    database,
    sessions: createSessionStore(database),
    events: createEventStore(database),
    conversations,
    messages,
    turns: createTurnStore(database),
    outbox,
    silences,
    reactions: createReactionStore(database),
    usage: createUsageStore(database),
    activity: createActivityQueries(database, silences),
    history: createHistoryStore(database),
    chats: createChatQueries(database),
    why: createTurnQueries(database),
    rehearsals: createRehearsalStore(database),
    proposals: createProposalStore(database),
    changes: createChanges(database),
    retention: createRetention(database, conversations),
    meta,
    loginBundles: createLoginBundleStore(meta),
    belongings: createBelongingsStore(meta),
    incidents: createIncidentStore(database),
    alerts: createAlertStore(database),
    jobs: createJobStore(database),
    lessons: createLessonStore(database),
    probes: createProbeStore(database, conversations, outbox),
    sendFiles: createSendFileStore(database),
    tools: createToolStore(database),
    toolCalls: createToolCallStore(database),
    brains: createBrainStore(database),
    hooks: createHookStore(database),
    canaries: createCanaryStore(database),
    fleetId,
    close: () => database.close(),
  };
};

/** Opens the store, and compares it with the mark outside of it: what it has forgotten is settled before anybody reads it. */
export const openStore = (path: string, options: Pick<DatabaseOptions, 'onFault'> = {}): Store => {
  const mark = createFleetMark(path);
  const database = openDatabase(path, { ...options, onWrite: mark.touch });
  try {
    const store = storeOn(database);
    settleRewound(database, mark.read(), store.fleetId, Date.now());
    mark.follow(database, store.fleetId);

    return {
      ...store,
      close: () => {
        mark.close();
        database.close();
      },
    };
  } catch (error) {
    mark.close();
    database.close();
    throw error;
  }
};
