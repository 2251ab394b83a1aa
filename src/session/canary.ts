import type { SessionConfig } from './session-config.ts';
import type { EpochMs, Milliseconds } from './units.ts';

/**
 * A canary: a change that a part of a session's customers meet for a while, beside the others. It is laid over the session as it is
 * published, turn by turn; the session itself stays as it is until a person promotes it. Pure.
 */

export const canaryArms = ['canary', 'control'] as const;
export type CanaryArm = (typeof canaryArms)[number];

/** `over`: its time has passed, all chats are answered as published, and a person decides. */
export const canaryStates = ['running', 'over', 'promoted', 'rolled-back'] as const;
export type CanaryState = (typeof canaryStates)[number];

/**
 * Why it ended. By itself: `worse` in one of the measures, `errors` of the AI service, a `rule` of whoever began it, `refused` by the AI
 * service. `changed`: what it was held against was changed; `moved`, `restored`: the session is another server's, or of a backup.
 */
export const canaryEnds = [
  'time',
  'promoted',
  'person',
  'worse',
  'errors',
  'rule',
  'refused',
  'changed',
  'moved',
  'restored',
] as const;
export type CanaryEnd = (typeof canaryEnds)[number];

/** Ends that nobody chose: a person should know of them. */
const byItself: ReadonlySet<CanaryEnd> = new Set(['worse', 'errors', 'rule', 'refused']);
export const endedByItself = (end: CanaryEnd | null): boolean => end !== null && byItself.has(end);

/** It has ended, and a person decides, or should see that it rolled itself back. */
export const waitsForPerson = (canary: {
  readonly state: CanaryState;
  readonly end: CanaryEnd | null;
  readonly decidedBy: string | null;
}): boolean =>
  canary.decidedBy === null &&
  (canary.state === 'over' || (canary.state === 'rolled-back' && endedByItself(canary.end)));

/** By dotted path, e.g. `ai_config.model`; values as the settings have them. */
export type CanarySettings = Readonly<Record<string, unknown>>;

/** What a worker needs of one that runs. */
export interface RunningCanary {
  readonly id: string;
  /** Null: one session of a label, and all of its chats. */
  readonly share: number | null;
  readonly startedAt: EpochMs;
  readonly endsAt: EpochMs;
  /** Null: the instructions are the session's. */
  readonly version: number | null;
  readonly settings: CanarySettings;
  readonly baseVersion: number | null;
  /** What it was begun against: when one of them is another, it is over. */
  readonly base: CanarySettings;
}

export const shareBounds = { least: 1, most: 99 } as const;
export const usualShare = 20;
export const canaryTime = { usualMs: 86_400_000, leastMs: 60_000, mostMs: 30 * 86_400_000 } as const;

const mixed = (hash: number): number => {
  let mix = hash;
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
};

/** FNV-1a with the finish of MurmurHash3: 32 bits that are spread evenly also for numbers that follow each other. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash);
};

/** Which of the two a chat meets. The same for the whole of a canary, in every process; another canary draws anew. */
export const armOf = ({ id, share }: Pick<RunningCanary, 'id' | 'share'>, conversationId: number): CanaryArm => {
  if (share === null) return 'canary';
  return hashOf(`${id}:${conversationId}`) / 2 ** 32 < share / 100 ? 'canary' : 'control';
};

interface Canaried {
  readonly config: SessionConfig;
  readonly instructionsVersion: number | null;
}

const partOf = (key: string): readonly [part: 'ai' | 'timing', field: string] => {
  const at = key.indexOf('.');
  return [key.startsWith('timing_config.') ? 'timing' : 'ai', key.slice(at + 1)];
};

const settingOf = ({ config }: Canaried, key: string): unknown => {
  const [part, field] = partOf(key);
  return (config[part] as unknown as Readonly<Record<string, unknown>>)[field];
};

/** What of a session a canary is held against: its service and model, and what the canary changes. */
export const baseOf = (session: Canaried, settings: CanarySettings): CanarySettings =>
  Object.fromEntries(
    ['ai_config.provider', 'ai_config.api', 'ai_config.baseUrl', 'ai_config.model', ...Object.keys(settings)].map(
      (key) => [key, settingOf(session, key)],
    ),
  );

/** Whether the session is still what the canary was begun against. */
export const isOnBase = (session: Canaried, canary: Pick<RunningCanary, 'baseVersion' | 'base'>): boolean =>
  session.instructionsVersion === canary.baseVersion &&
  Object.entries(canary.base).every(
    ([key, value]) => JSON.stringify(settingOf(session, key)) === JSON.stringify(value),
  );

/** As far may the clock have been set back to before it began; further, and nobody knows how long it has run. */
const clockBack: Milliseconds = 3_600_000;

/** Its time has passed. A clock that was set back by a day does not make it run for a day more. */
export const isPast = ({ startedAt, endsAt }: Pick<RunningCanary, 'startedAt' | 'endsAt'>, now: EpochMs): boolean =>
  now >= endsAt || now < startedAt - clockBack;

/** Whether a canary holds for turns that begin now. */
export const isInForce = (session: Canaried, canary: RunningCanary, now: EpochMs): boolean =>
  !isPast(canary, now) && isOnBase(session, canary);

/** The session as the canary's chats meet it. */
export const withCanary = <S extends Canaried>(
  session: S,
  { version, settings }: Pick<RunningCanary, 'version' | 'settings'>,
): S => {
  const changed = { ai: { ...session.config.ai }, timing: { ...session.config.timing } };
  for (const [key, value] of Object.entries(settings)) {
    const [part, field] = partOf(key);
    Object.assign(changed[part], { [field]: value });
  }
  return {
    ...session,
    config: { ...session.config, ...changed },
    instructionsVersion: version ?? session.instructionsVersion,
  };
};

/** Settings under which the AI service may refuse or fail where it does not for the others. */
export const changesTheCall = (settings: CanarySettings): boolean =>
  Object.keys(settings).some((key) => key.startsWith('ai_config.'));

/** What came of one arm. Turns that were asked anew (newer messages, a worker that ended) are in its cost alone. */
export interface ArmFigures {
  /** Chats with a turn that has ended. */
  readonly chats: number;
  /** Turns that ended in one of the ways below, or wait for somebody. */
  readonly turns: number;
  /** Asked or being sent now. */
  readonly open: number;
  readonly answered: number;
  /** Drafts that wait or went out (watch mode). */
  readonly drafted: number;
  readonly silent: number;
  readonly handedOver: number;
  /** The owner wrote, or changed or dropped the draft. Beside the ways above. */
  readonly owner: number;
  /** The AI service refused, or failed three times in a row. Beside the ways above. */
  readonly errors: number;
  readonly silentChats: number;
  readonly handedOverChats: number;
  readonly ownerChats: number;
  /** From the customer's first message to the answer's last part; null: nothing was answered. */
  readonly medianMs: Milliseconds | null;
  readonly costUsd: number;
}

export interface CanaryFigures {
  readonly canary: ArmFigures;
  readonly control: ArmFigures;
}

/** As rows of the fleet have it: what runs, or waits for a person. */
export interface CanaryStanding {
  readonly state: CanaryState;
  readonly end: CanaryEnd | null;
  readonly share: number | null;
  readonly startedAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly figures: CanaryFigures;
}

/** Why it ended by itself, in figures. */
export interface CanaryEvidence {
  readonly measure?: string;
  readonly rule?: string;
  readonly canary?: number;
  readonly canaryOf?: number;
  readonly control?: number;
  readonly controlOf?: number;
  readonly reason?: string;
}

export interface CanarySummary {
  readonly id: string;
  readonly sessionName: string;
  readonly state: CanaryState;
  readonly end: CanaryEnd | null;
  readonly evidence: CanaryEvidence | null;
  /** A person has to decide, or should know. */
  readonly waits: boolean;
  /** Null: a share of the session's chats. */
  readonly label: string | null;
  /** Sessions of the label that it is compared with. */
  readonly peers: readonly string[];
  readonly share: number | null;
  /** Of the instructions that are tried; null: those of the session. */
  readonly version: number | null;
  readonly baseVersion: number | null;
  readonly settings: CanarySettings;
  readonly rules: readonly string[];
  readonly startedAt: EpochMs;
  readonly endsAt: EpochMs;
  readonly endedAt: EpochMs | null;
  readonly startedBy: string;
  /** Who promoted it or rolled it back, or saw that it had ended by itself. */
  readonly decidedBy: string | null;
  readonly figures: CanaryFigures;
}
