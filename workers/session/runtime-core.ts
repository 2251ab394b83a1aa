import type { WorkerExit } from '../../src/protocol/worker-exit.ts';
import type { StoreFaultCode } from '../../src/session/store-trouble.ts';
import type { EpochMs, Milliseconds } from '../../src/session/units.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { ConversationEngine } from '../conversation/core/engine-types.ts';
import type { LinkStatus, WhatsAppClient } from '../whatsapp/whatsapp-client.ts';
import type { PhoneHold } from './link-account.ts';
import type { LinkProbe } from './link-probe.ts';
import type { RuntimeOptions } from './runtime-types.ts';
import type { SessionFace } from './session-face.ts';

/** What the parts of a running session share. */
export interface RuntimeCore extends RuntimeOptions {
  readonly now: () => EpochMs;
  readonly live: LiveSession;
  readonly face: SessionFace;
  readonly probe: LinkProbe;
  /** Why nothing is taken in, whatever the phone is; null: the store is well. */
  readonly storeHold: () => StoreFaultCode | null;
  /** One after the other: opening, closing and asking a phone must not run into each other. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
  /** The session cannot go on here. */
  readonly endRuntime: (exit: WorkerExit, reason: string) => void;
}

/** What changes while a session runs. */
export interface LiveSession {
  session: StoredSession;
  client: WhatsAppClient | null;
  conversation: ConversationEngine | null;
  hold: PhoneHold | null;
  /** Nobody scanned and the browser was closed. */
  isIdle: boolean;
  /** The phone that is linked was checked and is ours to answer with. */
  isVerified: boolean;
  browserPid: number | null;
  status: LinkStatus;
  /** Set once the end has begun: nothing new is opened, and what the phone tells is of its end. */
  stopping: Promise<void> | null;
}

/** For the browser to end by itself; PM2 gives the whole worker 8.5 s. */
export const closeDeadline: Milliseconds = 2000;

export const startingSince = (since: EpochMs): LinkStatus => ({
  state: 'starting',
  reasonCode: null,
  reason: null,
  since,
});

export const newLiveSession = (session: StoredSession, now: EpochMs): LiveSession => ({
  session,
  client: null,
  conversation: null,
  hold: null,
  isIdle: false,
  isVerified: false,
  browserPid: null,
  status: startingSince(now),
  stopping: null,
});

/** Nothing is answered from here on, until the phone is verified anew. */
export const silenceConversation = ({ live }: RuntimeCore): void => {
  live.isVerified = false;
  live.conversation?.onDisconnected();
};
