import type { SessionState } from './session-state.ts';

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
export type Verdict = (typeof verdicts)[number];

/** `bad`, `person` and `motion` are painted; `ok` is plain; `off` is dim. */
export type VerdictToken = 'bad' | 'person' | 'motion' | 'ok' | 'off';
export type VerdictGroup = 'needs_you' | 'recovering' | 'answering' | 'off';

export interface VerdictLook {
  readonly symbol: 'x' | '!' | '?' | '~' | 'o' | '.' | '=' | '-';
  readonly token: VerdictToken;
  readonly group: VerdictGroup;
}

export const verdictLooks: Readonly<Record<Verdict, VerdictLook>> = {
  gave_up: { symbol: 'x', token: 'bad', group: 'needs_you' },
  banned: { symbol: 'x', token: 'bad', group: 'needs_you' },
  not_replying: { symbol: '!', token: 'bad', group: 'needs_you' },
  wrong_number: { symbol: '!', token: 'bad', group: 'needs_you' },
  logged_out: { symbol: '!', token: 'person', group: 'needs_you' },
  scan_qr: { symbol: '?', token: 'person', group: 'needs_you' },
  enter_code: { symbol: '?', token: 'person', group: 'needs_you' },
  qr_closed: { symbol: '?', token: 'person', group: 'needs_you' },
  offline: { symbol: '~', token: 'motion', group: 'recovering' },
  not_receiving: { symbol: '~', token: 'motion', group: 'recovering' },
  starting: { symbol: 'o', token: 'motion', group: 'recovering' },
  queued: { symbol: 'o', token: 'motion', group: 'recovering' },
  paused_start: { symbol: 'o', token: 'motion', group: 'recovering' },
  syncing: { symbol: 'o', token: 'motion', group: 'recovering' },
  connected: { symbol: '.', token: 'ok', group: 'answering' },
  watching: { symbol: '=', token: 'off', group: 'answering' },
  on_hold: { symbol: '=', token: 'off', group: 'off' },
  elsewhere: { symbol: '-', token: 'off', group: 'off' },
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
  /** Chats past maxWait plus the AI deadline, within opening hours. */
  readonly overdueChats: number;
  /** Connected, but the probe or its own normal says that nothing arrives. */
  readonly deaf: boolean;
}

export const bannedReason = 'tos-block';
export const qrIdleReason = 'qr-idle';
/** Another server has the right to run the session: it answers there. */
export const runsElsewhereReason = 'runs-elsewhere';
/** Nobody can say now whether another server runs it: it starts as soon as somebody can. */
export const cannotAskReason = 'cannot-ask';

export const verdictOf = (input: VerdictInput): Verdict => {
  switch (input.state) {
    case 'failed':
      return input.reasonCode === bannedReason ? 'banned' : 'gave_up';
    case 'held':
      if (input.reasonCode === runsElsewhereReason) return 'elsewhere';
      return input.reasonCode === cannotAskReason ? 'paused_start' : 'wrong_number';
    case 'logged_out':
      return 'logged_out';
    case 'qr':
      return 'scan_qr';
    case 'code':
      return 'enter_code';
    case 'waiting':
      return input.reasonCode === qrIdleReason ? 'qr_closed' : 'paused_start';
    case 'offline':
      return 'offline';
    case 'starting':
      return 'starting';
    case 'queued':
      return 'queued';
    case 'syncing':
      return 'syncing';
    case 'stopping':
      return 'stopping';
    case 'stopped':
      return 'stopped';
    case 'connected':
      if (input.replies === 'paused') return 'on_hold';
      if (input.aiRefused || input.overdueChats > 0) return 'not_replying';
      if (input.deaf) return 'not_receiving';
      return input.replies === 'draft' ? 'watching' : 'connected';
  }
};
