import type { CanaryStanding } from './canary.ts';
import { loginAwayReason, loginRefusedReason } from './login-reasons.ts';
import { failedLimit, type ProbeStanding } from './probe.ts';
import type { Restriction } from './records.ts';
import type { SessionState } from './session-state.ts';
import { type StoreFaultCode, storeFaultSentence, storeReasonOf } from './store-trouble.ts';
import type { EpochMs, Milliseconds } from './units.ts';

/**
 * What an operator is told of a session: are this session's customers being answered? One pure selector makes it from state,
 * conversation and store.
 */
export const verdicts = [
  'gave_up',
  'banned',
  'not_replying',
  'wrong_number',
  'logged_out',
  'scan_qr',
  'enter_code',
  'qr_closed',
  'offline',
  'not_receiving',
  'restricted',
  'asks_for_person',
  'drafts',
  'proposal',
  'canary',
  'starting',
  'queued',
  'paused_start',
  'syncing',
  'connected',
  'watching',
  'on_hold',
  'elsewhere',
  'stopping',
  'stopped',
] as const;
/**
 * The last three are said by whoever shows a group of servers; no master says them of its own sessions. `unreachable`: its server does not
 * answer from here, and nobody says more. `moving`: its server is gone, and another one takes it when its lease is over. `left_behind`: its
 * server is gone, and nobody takes it but a person.
 */
export type Verdict = (typeof verdicts)[number] | 'unreachable' | 'moving' | 'left_behind';

/** Of a session whose server is gone; one that never ran here is known by its row alone, and no master can be asked about it. */
export const isLeftVerdict = (verdict: Verdict | undefined): boolean =>
  verdict === 'moving' || verdict === 'left_behind';

/** `bad`, `person` and `motion` are painted; `ok` is plain; `off` is dim. */
export type VerdictToken = 'bad' | 'person' | 'motion' | 'ok' | 'off';
/** `unknown`: nobody can say from here whether its customers are answered. */
export type VerdictGroup = 'needs_you' | 'unknown' | 'recovering' | 'answering' | 'off';

export interface VerdictLook {
  readonly symbol: 'x' | '!' | '?' | '~' | 'o' | '.' | '=' | '-';
  readonly token: VerdictToken;
  readonly group: VerdictGroup;
}

export const verdictLooks: Readonly<Record<Verdict, VerdictLook>> = {
  gave_up: { symbol: 'x', token: 'bad', group: 'needs_you' },
  banned: { symbol: 'x', token: 'bad', group: 'needs_you' },
  not_replying: { symbol: '!', token: 'bad', group: 'needs_you' },
  not_receiving: { symbol: '!', token: 'bad', group: 'needs_you' },
  wrong_number: { symbol: '!', token: 'bad', group: 'needs_you' },
  logged_out: { symbol: '!', token: 'person', group: 'needs_you' },
  scan_qr: { symbol: '?', token: 'person', group: 'needs_you' },
  enter_code: { symbol: '?', token: 'person', group: 'needs_you' },
  qr_closed: { symbol: '?', token: 'person', group: 'needs_you' },
  restricted: { symbol: '!', token: 'person', group: 'needs_you' },
  asks_for_person: { symbol: '?', token: 'person', group: 'needs_you' },
  drafts: { symbol: '?', token: 'person', group: 'needs_you' },
  proposal: { symbol: '?', token: 'person', group: 'needs_you' },
  canary: { symbol: '?', token: 'person', group: 'needs_you' },
  offline: { symbol: '~', token: 'motion', group: 'recovering' },
  starting: { symbol: 'o', token: 'motion', group: 'recovering' },
  queued: { symbol: 'o', token: 'motion', group: 'recovering' },
  paused_start: { symbol: 'o', token: 'motion', group: 'recovering' },
  syncing: { symbol: 'o', token: 'motion', group: 'recovering' },
  connected: { symbol: '.', token: 'ok', group: 'answering' },
  watching: { symbol: '=', token: 'off', group: 'answering' },
  on_hold: { symbol: '=', token: 'off', group: 'off' },
  elsewhere: { symbol: '-', token: 'off', group: 'off' },
  unreachable: { symbol: '~', token: 'off', group: 'unknown' },
  moving: { symbol: 'o', token: 'motion', group: 'recovering' },
  left_behind: { symbol: '!', token: 'bad', group: 'needs_you' },
  stopping: { symbol: '-', token: 'off', group: 'off' },
  stopped: { symbol: '-', token: 'off', group: 'off' },
};

/** How replies are switched for a session: answering, paused by a person, or drafting only (watch mode). */
export type RepliesMode = 'on' | 'paused' | 'draft';

export interface VerdictInput {
  readonly state: SessionState;
  readonly reasonCode: string | null;
  readonly replies: RepliesMode;
  /** The AI refuses for good (wrong key, spent quota, bad configuration): retrying does not help. */
  readonly aiRefused: boolean;
  readonly aiCode: string | null;
  readonly aiReason: string | null;
  /** Chats past maxWait plus the AI deadline, within opening hours. */
  readonly overdueChats: number;
  /** Customers who were left in silence within ten minutes, or one after the other without any answer between, and still are. */
  readonly silentLately: number;
  /** Why the last of them got nothing. */
  readonly silentCode: string | null;
  readonly silentReason: string | null;
  /** WhatsApp refuses what we send while the session is connected. */
  readonly restriction: Restriction | null;
  /** Customers who want a person. */
  readonly asksForPerson: number;
  /** Answers that go out only when a person approves them. */
  readonly drafts: number;
  /** Changes of the instructions that wait for a person; left out: none. */
  readonly proposals?: number;
  /** What was tried on a part of the customers; left out: nothing. */
  readonly canary?: Pick<CanaryStanding, 'state' | 'end'> | null;
  /** Connected, but the probe or its own normal says that nothing arrives. */
  readonly deaf: boolean;
  /** What its mystery customer found; left out: nobody asks it. */
  readonly probe?: Pick<ProbeStanding, 'failedInRow' | 'lastOutcome' | 'provedAt' | 'answerMs' | 'reason'> | null;
  /** The working store is at fault, for the whole fleet or for its worker: nothing is taken in. */
  readonly storeFault: StoreFaultCode | null;
}

/** What an operator is told, and why: the code for a language's own words, the sentence for everybody else. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reasonCode: string | null;
  readonly reason: string | null;
}

/** What shows that customers are answered: one that asked was, then and so quickly. */
export interface ProofOfAnswer {
  readonly provedAt: EpochMs;
  readonly answerMs: Milliseconds;
}

export const bannedReason = 'tos-block';
export const qrIdleReason = 'qr-idle';
/** Another server has the right to run the session: it answers there. */
export const runsElsewhereReason = 'runs-elsewhere';
/** Another machine runs from a copy of this one's data: it answers there. */
export const copiedDataReason = 'copied-data';
/** Its server is gone, and nobody takes it but a person: by force. */
export const leftBehindReason = 'server-gone';
/** The same, of one that another server might have taken by now. */
export const noTakerReason = 'no-taker';
/** Its server is gone, and another one takes it as soon as its lease is over. */
export const movesSoonReason = 'moves-soon';
/** Nobody can say now whether another server runs it: it starts as soon as somebody can. */
export const cannotAskReason = 'cannot-ask';
/** The same, of a session that another server may take after a minute and a half: it stopped so early by its failover. */
export const failoverAwayReason = 'failover-away';
/** Held because its customers are answered elsewhere. */
export const isRunElsewhere = (reasonCode: string | null): boolean =>
  reasonCode === runsElsewhereReason || reasonCode === copiedDataReason;
/** Held until somebody can say whether it runs elsewhere. */
export const waitsForAnswer = (reasonCode: string | null): boolean =>
  reasonCode === cannotAskReason || reasonCode === failoverAwayReason;
/** Messages wait longer than they should, for no reason that anybody gave. */
export const overdueReason = 'overdue';
/** A mystery customer got no answer, and again none a minute later. */
export const probeFailedReason = 'probe-failed';
/** No AI is chosen: well while nobody writes, and the reason when somebody does. */
const noAiReason = 'no-ai';

/** So many customers in silence are no accident: whoever writes now gets nothing either. */
export const silentLimit = 3;

const counted = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

/** A verdict over a connected session, when it holds: its code and its sentence, else null. */
interface Rule {
  readonly verdict: Verdict;
  readonly test: (input: VerdictInput) => Omit<Judgement, 'verdict'> | null;
}

/**
 * What a connected session's customers meet, the worst first; the first that holds is the verdict.
 *
 * | | holds | because |
 * |-|-|-|
 * | on_hold | a person paused it | whoever paused it knows that nobody is answered |
 * | not_replying | the AI refuses, WhatsApp refuses all sends, three left in silence, chats overdue | nobody gets an answer; the cause that a person can mend comes first |
 * | not_replying | a mystery customer asked twice in vain | whoever writes now gets nothing either, and nobody has noticed yet |
 * | not_receiving | nothing arrives | nobody is heard |
 * | restricted | WhatsApp refuses new people | some get no answer |
 * | asks_for_person | a customer wants a person | one waits, and knows for whom |
 * | drafts | answers wait for approval | some wait for a person who may not know |
 * | proposal | a change of the instructions waits | everybody is answered; it comes after all that customers wait for |
 * | canary | a trial is over, or rolled itself back | customers are answered as published; somebody should know |
 * | watching | watch mode with nothing to approve | |
 */
const connectedRules: readonly Rule[] = [
  { verdict: 'on_hold', test: ({ replies }) => (replies === 'paused' ? { reasonCode: null, reason: null } : null) },
  {
    verdict: 'not_replying',
    test: ({ aiRefused, aiCode, aiReason }) => (aiRefused ? { reasonCode: aiCode, reason: aiReason } : null),
  },
  {
    verdict: 'not_replying',
    test: ({ restriction }) =>
      restriction?.scope === 'all'
        ? {
            reasonCode: 'restricted',
            reason: 'WhatsApp refuses every message of this number: wait, and answer on the phone meanwhile',
          }
        : null,
  },
  {
    verdict: 'not_replying',
    test: ({ silentLately, silentCode, silentReason }) =>
      silentLately >= silentLimit ? { reasonCode: silentCode, reason: silentReason } : null,
  },
  {
    verdict: 'not_replying',
    test: ({ overdueChats, aiCode, aiReason }) => {
      if (overdueChats === 0) return null;
      if (aiCode === noAiReason) return { reasonCode: aiCode, reason: aiReason };
      return {
        reasonCode: overdueReason,
        reason: counted(overdueChats, 'chat waits longer than it should', 'chats wait longer than they should'),
      };
    },
  },
  {
    verdict: 'not_replying',
    test: ({ probe }) =>
      probe != null && probe.failedInRow >= failedLimit
        ? {
            reasonCode: probeFailedReason,
            reason: `a mystery customer asked ${probe.failedInRow} times and got no answer: ${probe.reason ?? ''}`,
          }
        : null,
  },
  { verdict: 'not_receiving', test: ({ deaf }) => (deaf ? { reasonCode: null, reason: null } : null) },
  {
    verdict: 'restricted',
    test: ({ restriction }) =>
      restriction === null
        ? null
        : {
            reasonCode: 'restricted-new',
            reason: `WhatsApp refuses messages to new people (${restriction.refused} refused): wait, and answer them on the phone`,
          },
  },
  {
    verdict: 'asks_for_person',
    test: ({ asksForPerson }) =>
      asksForPerson > 0
        ? {
            reasonCode: 'asks-for-person',
            reason: counted(asksForPerson, 'customer asks for a person', 'customers ask for a person'),
          }
        : null,
  },
  {
    verdict: 'drafts',
    test: ({ drafts }) =>
      drafts > 0
        ? { reasonCode: 'drafts', reason: counted(drafts, 'draft waits for a person', 'drafts wait for a person') }
        : null,
  },
  {
    verdict: 'proposal',
    test: ({ proposals = 0 }) =>
      proposals > 0 ? { reasonCode: 'proposal', reason: 'a change of the instructions waits for a person' } : null,
  },
  {
    verdict: 'canary',
    test: ({ canary }) => {
      if (canary == null || canary.state === 'running') return null;
      return canary.state === 'over'
        ? { reasonCode: 'canary-over', reason: 'a canary is over and waits for a decision' }
        : { reasonCode: 'canary-rolled-back', reason: 'a canary rolled itself back' };
    },
  },
  { verdict: 'watching', test: ({ replies }) => (replies === 'draft' ? { reasonCode: null, reason: null } : null) },
];

const ofConnected = (input: VerdictInput): Judgement => {
  for (const { verdict, test } of connectedRules) {
    const why = test(input);
    if (why !== null) return { verdict, ...why };
  }

  return { verdict: 'connected', reasonCode: null, reason: null };
};

const ofState = (state: Exclude<SessionState, 'connected'>, reasonCode: string | null): Verdict => {
  switch (state) {
    case 'failed':
      return reasonCode === bannedReason ? 'banned' : 'gave_up';
    case 'held':
      if (isRunElsewhere(reasonCode)) return 'elsewhere';
      if (reasonCode === loginRefusedReason) return 'gave_up';
      return waitsForAnswer(reasonCode) || reasonCode === loginAwayReason ? 'paused_start' : 'wrong_number';
    case 'qr':
      return 'scan_qr';
    case 'code':
      return 'enter_code';
    case 'waiting':
      return reasonCode === qrIdleReason ? 'qr_closed' : 'paused_start';
    default:
      return state;
  }
};

/** States of a session that would take messages in, now or as soon as it is up. */
const receiving: ReadonlySet<SessionState> = new Set(['connected', 'offline', 'syncing', 'starting', 'queued']);

/** The verdict and its reason; for a session that is not connected the reason is that of its state, and null here. */
export const judge = (input: VerdictInput): Judgement => {
  const { state, storeFault } = input;
  // Before everything else: what a store at fault says of conversations may be wrong, too.
  if (storeFault !== null && receiving.has(state))
    return { verdict: 'not_receiving', reasonCode: storeReasonOf(storeFault), reason: storeFaultSentence(storeFault) };

  return state === 'connected'
    ? ofConnected(input)
    : { verdict: ofState(state, input.reasonCode), reasonCode: null, reason: null };
};

/** The evidence behind a connected session's verdict: its last question was answered; null: there is none. */
export const proofOf = ({ probe }: Pick<VerdictInput, 'probe'>): ProofOfAnswer | null =>
  probe == null || probe.lastOutcome !== 'ok' || probe.provedAt === null || probe.answerMs === null
    ? null
    : { provedAt: probe.provedAt, answerMs: probe.answerMs };

export const verdictOf = (input: VerdictInput): Verdict => judge(input).verdict;
