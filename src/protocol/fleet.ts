import type { Access } from '../session/access.ts';
import type { BelongingsStanding } from '../session/belongings.ts';
import type { CanaryStanding } from '../session/canary.ts';
import type { Engine } from '../session/engine.ts';
import type { Failover } from '../session/failover.ts';
import type { IncidentBlame } from '../session/incident-blame.ts';
import type { JobProgress } from '../session/job.ts';
import type { LoginBundleStanding } from '../session/login-bundle.ts';
import type { NetworkFault } from '../session/network-fault.ts';
import type { ProbeStanding } from '../session/probe.ts';
import type {
  FleetEvent,
  InstructionsVersion,
  OfferedSession,
  ReplicaStatus,
  Restriction,
} from '../session/records.ts';
import type { AiProviderName, SessionConfig } from '../session/session-config.ts';
import type { SessionName } from '../session/session-name.ts';
import type { DesiredState, SessionState } from '../session/session-state.ts';
import type { Bytes, CpuPercent, EpochMs, Milliseconds } from '../session/units.ts';
import type { RepliesMode, Verdict } from '../session/verdict.ts';
import type { GoneSession, GroupState } from './group.ts';

export interface FleetSnapshot {
  /** Rises by one with every change that the master publishes. */
  readonly sequence: number;
  readonly fleet: FleetInfo;
  /** In order of name. */
  readonly sessions: readonly SessionRow[];
  readonly incidents: readonly Incident[];
  readonly banners: readonly Banner[];
  /** Long work that goes on now, oldest first. */
  readonly jobs: readonly JobProgress[];
  /** The newest events of the whole fleet, newest first, at most 50. */
  readonly events: readonly FleetEvent[];
  /** What the fleet did over time; null: not read yet. Missing: the master is older than trends are. */
  readonly trends?: FleetTrends | null;
  /** What is known of the other servers; missing: this one shares nothing with any, or the master is older than groups are. */
  readonly group?: GroupState | null;
  /** Where several nodes are shown as one fleet, by whoever shows them: each of them. No master tells it. */
  readonly nodes?: readonly NodeState[];
}

/** One of several nodes, as whoever shows them all sees it. */
export interface NodeState {
  readonly name: string;
  /** As its door says it; missing: it was never reached, or the node is older. */
  readonly fleetId?: string;
  /** This machine's own fleet. */
  readonly isHere: boolean;
  /** Null: it was never reached. */
  readonly host: string | null;
  readonly version: string | null;
  readonly sessions: number;
  readonly state: 'open' | 'lost';
  /** Lost since, or open and started then. */
  readonly since: EpochMs;
  readonly reason: string | null;
  /** The worst of its lights. */
  readonly light: Light;
  /** What the token that opens its door may do there; missing: everything. */
  readonly access?: Access;
}

/** Messages in buckets of time, oldest first. */
export interface MessagesTrend {
  readonly received: readonly number[];
  readonly sent: readonly number[];
}

/** How long customers waited for answers that came: half of them no longer than `half`, 95 % no longer than `most`. */
export interface AnswerTimes {
  readonly half: Milliseconds;
  readonly most: Milliseconds;
}

/** The fleet over time; changes at most twice a minute. */
export interface FleetTrends {
  /** The last 120 whole minutes. */
  readonly messages: MessagesTrend;
  /** Customers by hour of the last 24, however often each wrote in it: answered in time, late, or not. */
  readonly served24h: { readonly inTime: number; readonly late: number; readonly not: number };
  /** As `SessionRow.served`, of all sessions together. */
  readonly servedHours: string;
  /** 96 quarters of the clock's hours, oldest first, the last one is the current; null: nothing was answered in it, or it is not known. */
  readonly answer: {
    readonly half: readonly (Milliseconds | null)[];
    readonly most: readonly (Milliseconds | null)[];
  };
  /** Of the last hour; null: nothing was answered. */
  readonly answerNow: AnswerTimes | null;
  readonly messagesLastHour: { readonly received: number; readonly sent: number };
}

export interface FleetInfo {
  readonly fleetId: string;
  readonly version: string;
  readonly host: string;
  /** Its name among several servers (`FLEET_NODE`, else the host's); missing from an older master. */
  readonly node?: string;
  /** IANA name of the fleet's time zone (`TZ`, else the server's): its hours and days are the clock's there. */
  readonly timeZone?: string;
  readonly demo: boolean;
  readonly home: string;
  readonly masterPid: number;
  readonly startedAt: EpochMs;
  readonly settingsFingerprint: string;
  readonly maxSessions: number;
  readonly publicUrl: string | null;
  /** Web address of the master's API, null when its port is busy or switched off. */
  readonly apiUrl: string | null;
  readonly machine: MachineInfo | null;
  readonly health: {
    readonly store: Light;
    /** `code`: of the session whose service is worst, as in its row; missing from an older master. */
    readonly ai: Light & { readonly code?: string | null };
    readonly alerts: Light;
    readonly replica: ReplicaStatus | null;
  };
  readonly messagesPerMinute: { readonly in: number; readonly out: number };
  readonly aiToday: { readonly costUsd: number; readonly budgetUsd: number | null };
  /** What the token that opened this door may do; missing: everything. */
  readonly access?: Access;
}

/** `off` means: not set up. The reason is one line for a person. */
export interface Light {
  readonly status: 'ok' | 'warn' | 'bad' | 'off';
  readonly reason: string | null;
}

/** A session's AI service; `bad` means that customers get no answer until a person acts. */
export interface AiLight extends Light {
  /** Kebab-case, e.g. `no-key`, `quota`, `rate-limit`, `budget`; null while it answers. */
  readonly code: string | null;
  /** When it is asked again by itself, when that is known and long. */
  readonly until?: EpochMs;
}

export interface MachineInfo {
  /** From the cgroup inside a container, else the machine. */
  readonly memoryTotal: Bytes;
  readonly memoryUsed: Bytes;
  /** Percent of all cores together, 0 to 100. */
  readonly cpuPercent: number;
  readonly cores: number;
  readonly diskTotal: Bytes;
  readonly diskUsed: Bytes;
  /** Days until the disk is full at today's pace; null when it is not filling. */
  readonly diskFullInDays: number | null;
  /** How many more sessions fit, by what sessions here really cost; null before anything is measured. */
  readonly roomFor: number | null;
  /** Whether `roomFor` rests on measured sessions or on the default, 310 MB for a session of headless Chromium. */
  readonly roomIsMeasured: boolean;
}

export interface QrCode {
  /** A secret: whoever shows it to a phone links that phone. Never logged. */
  readonly payload: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly expiresAt: EpochMs;
}

export interface PairingCode {
  readonly code: string;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly expiresAt: EpochMs;
}

export interface PendingOperation {
  readonly kind: 'create' | 'start' | 'stop' | 'restart' | 'logout' | 'reset' | 'delete' | 'move';
  readonly since: EpochMs;
}

export interface SessionResources {
  readonly cpuPercent: CpuPercent;
  /** PSS of the whole tree where the kernel tells it, else RSS (`memoryIsPss`). */
  readonly memoryBytes: Bytes;
  readonly memoryIsPss: boolean;
  readonly rssBytes: Bytes;
  readonly processes: number;
  /** Processes that belong to the profile but no longer to the worker's tree. */
  readonly orphans: number;
  /** Memory over the last hour, oldest first, 8 buckets of 7.5 min, bytes; null where nothing was measured. */
  readonly memoryTrend: readonly (Bytes | null)[];
}

/** Chats that wait for an answer longer than they should. */
export interface WaitingCustomers {
  readonly chats: number;
  readonly oldestSince: EpochMs | null;
  /** An estimate, because we cannot see WhatsApp now. */
  readonly estimated: boolean;
}

/** Customers who wrote and whose messages ended without an answer: they are no longer waited for by anybody, and still wait. */
export interface SilentCustomers {
  /** Left in silence now, until bot or owner answers or a person dismisses it. */
  readonly chats: number;
  /** Left in silence today, those who were answered later among them. */
  readonly today: number;
  readonly oldestSince: EpochMs | null;
}

/** One session as everybody sees it. */
export interface SessionRow {
  /** Stays the same for the life of the session; dialogs are pinned to it. */
  readonly id: string;
  readonly name: SessionName;
  readonly label: string;
  readonly engine: Engine;
  readonly state: SessionState;
  readonly desiredState: DesiredState;
  readonly verdict: Verdict;
  readonly since: EpochMs;
  /** Of the verdict where it is about customers, else of the state. */
  readonly reasonCode: string | null;
  readonly reason: string | null;
  /** Number that is expected to link, digits with country code. */
  readonly expectedPhone: string | null;
  /** Number that is linked now. */
  readonly phone: string | null;
  readonly provider: AiProviderName;
  /** The model in use: the configured or the provider's default one; empty for echo and none. */
  readonly model: string;
  readonly replies: RepliesMode;
  /** What becomes of it when its server is gone; missing: a master of an older version, which knows `manual` only. */
  readonly failover?: Failover;
  readonly ai: AiLight;
  readonly pid: number | null;
  /** Program version that its worker runs; null or missing while none does. */
  readonly workerVersion?: string | null;
  readonly port: number | null;
  readonly startedAt: EpochMs | null;
  readonly resources: SessionResources | null;
  readonly restarts: number;
  /** When the next automatic try comes, while something is being retried. */
  readonly nextTryAt: EpochMs | null;
  /** The number of that try since it last worked or a person started it, from 1; null when nothing is being retried. */
  readonly attempt?: number | null;
  readonly receivedLastHour: number;
  readonly sentLastHour: number;
  /** The last twelve whole 5 minutes of the clock; null: it did not exist then. */
  readonly messagesTrend?: MessagesTrend | null;
  /**
   * How customers were served in the last 24 hours of the fleet's clock, a letter an hour, oldest first, the last one is the current hour:
   * `i` in time, `l` late (one in twenty of those who wrote), `n` not answered (one customer suffices), `.` nobody wrote, `-` the bot
   * was off, blank: not known. Null: nothing is known of any of them.
   */
  readonly served?: string | null;
  /** Of the last hour; null: nothing was answered. */
  readonly answerMs?: AnswerTimes | null;
  /** Above it the session is restarted at rest. */
  readonly memorySoftBytes?: Bytes | null;
  readonly lastMessageAt: EpochMs | null;
  readonly waiting: WaitingCustomers;
  readonly silent: SilentCustomers;
  /** What its mystery customer found; null: nobody asks it. Missing: the master is older than mystery customers are. */
  readonly probe?: ProbeStanding | null;
  /** A change that a part of its customers meet, or met and a person has to decide on; null: none. Missing: an older master. */
  readonly canary?: CanaryStanding | null;
  /** Chats whose customer asks for a person. */
  readonly asksForPerson: number;
  /** WhatsApp refuses what it sends. */
  readonly restriction: Restriction | null;
  /** Messages held until opening hours. */
  readonly heldMessages: number;
  readonly opensAt: EpochMs | null;
  readonly pausedChats: number;
  /** Who paused them, when it was the same for all: `owner`, `you`, …; null when several did. */
  readonly pausedBy?: string | null;
  readonly drafts: number;
  /** Changes of the instructions that wait for a person: at most one. */
  readonly proposals?: number;
  /** Messages that ended `unanswered` or `unknown` since the operator last looked, at most a day back. */
  readonly troubleMessages: number;
  readonly costTodayUsd: number;
  readonly qr: QrCode | null;
  readonly pairing: PairingCode | null;
  readonly pending: PendingOperation | null;
  /** Incident that this session is folded into. */
  readonly incidentId: number | null;
  readonly node: string | null;
  readonly revision: number;
  readonly createdAt: EpochMs;
}

export interface Banner {
  readonly id: string;
  readonly level: 'warn' | 'bad';
  /** Text key of the dashboard's text files; unknown ones show `text`. */
  readonly code: string;
  readonly text: string;
  readonly since: EpochMs;
  readonly values: Readonly<Record<string, string | number>>;
  /** Whose it is, where several nodes are shown as one fleet. */
  readonly node?: string;
}

export interface IncidentCheck {
  readonly name: 'internet' | 'whatsapp' | 'page' | 'login';
  readonly result: 'ok' | 'fails' | 'unknown';
}

export interface Incident {
  readonly id: number;
  readonly blame: IncidentBlame;
  /** For a title, in English, e.g. `WhatsApp Web or the network`. */
  readonly cause: string;
  readonly startedAt: EpochMs;
  readonly endedAt: EpochMs | null;
  readonly sessionIds: readonly string[];
  readonly totalSessions: number;
  readonly checks: readonly IncidentCheck[];
  /** How many of its sessions failed in which way, by kind (`worker-died`, `network`, …). */
  readonly seen?: Readonly<Record<string, number>>;
  /** The network is away, and so many sessions wait for it; `nextTryAt` is when the outside is asked next. */
  readonly outage?: { readonly fault: NetworkFault; readonly waiting: number } | null;
  /** Another server of the group is gone: which, and what became of its sessions. */
  readonly gone?: { readonly node: string; readonly sessions: readonly GoneSession[] } | null;
  /** One sentence: what was seen, and whose fault it probably is. */
  readonly conclusion: string;
  readonly nextTryAt: EpochMs | null;
  readonly clientText: string;
}

export interface SessionDetails {
  readonly row: SessionRow;
  readonly config: SessionConfig;
  readonly instructions: InstructionsVersion | null;
  readonly hasOwnAiKey: boolean;
  /** How its login stands beside its bundles in Storage; null: it has never been there or come from there. */
  readonly loginBundle: LoginBundleStanding | null;
  /** The same of its tools and files. Left out by older masters. */
  readonly belongings?: BelongingsStanding | null;
}

/** How Supabase stands, for `store status`. */
export interface StoreStatus {
  readonly configured: boolean;
  /** Why the settings do not suffice; null when they do, or when none are there. */
  readonly problem: string | null;
  readonly host: string;
  readonly replica: ReplicaStatus | null;
  /** Sessions that are in Supabase and were never run here: a person may adopt them. */
  readonly offered: readonly OfferedSession[];
}
