import { createLogger } from '../../../src/log/logger.ts';
import { createJobBoard } from '../../../src/master/jobs/job-board.ts';
import { createJobRunner } from '../../../src/master/jobs/job-runner.ts';
import { createProposalRoom } from '../../../src/master/proposal-room.ts';
import type { startRehearsing } from '../../../src/master/rehearsal/rehearse-process.ts';
import type { SessionOrchestrator } from '../../../src/orchestrator/reconcile/session-orchestrator.ts';
import { createSessionBook } from '../../../src/orchestrator/state/session-book.ts';
import { parseSettings } from '../../../src/settings/settings.ts';
import type { StoredSession } from '../../../src/store/session-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { chatOf, inbound } from '../../store/support.ts';
import type { WorkerHome } from '../../workers/session/forked-worker.ts';
import { recordTurn } from '../rehearsal/recorded-chat.ts';

/** A master's life, as far as proposals know of it. */

export const minute = 60_000;

export interface Lived {
  readonly phone?: string;
  readonly ask: string;
  readonly answer: string;
  readonly owner: string;
  readonly at: number;
}

/** A turn that the owner put right on the phone. */
export const teach = (
  store: Store,
  session: StoredSession,
  { phone = '5511987654321', ask, answer, owner, at }: Lived,
): void => {
  const turn = recordTurn(store, session, { phone, ask, answer, at });
  store.messages.insert(
    {
      ...inbound(session, chatOf(store, session, phone, at).id, `o${turn}`, { text: owner, at: at + minute }),
      waId: `true_${phone}@c.us_OWNER${turn}`,
      sender: 'owner',
      ending: null,
      judged: { code: 'typed', reason: 'a person typed this' },
    },
    at + minute,
  );
};

export interface World {
  readonly raw?: Readonly<Record<string, string>>;
  readonly start?: typeof startRehearsing;
  readonly now?: () => number;
}

export const openMaster = (
  { paths, store }: Pick<WorkerHome, 'paths' | 'store'>,
  { raw = {}, start, now = Date.now }: World = {},
) => {
  const config = { home: paths.home, pm2: paths.home, logs: paths.logs, demo: false, raw, workerScript: null };
  const log = createLogger({
    file: `${paths.logs}/test.log`,
    level: 'error',
    maxBytes: 1e6,
    keep: 1,
    fullNumbers: false,
    secrets: [],
    salt: Buffer.from('s'),
  });
  const jobs = createJobRunner({ store, board: createJobBoard(() => undefined, now), now, log: () => undefined });
  const book = createSessionBook(store, now);
  // No worker runs: nobody is told of a change.
  const orchestrator = {} as SessionOrchestrator;
  const settings = parseSettings({ ...raw });
  const room = createProposalRoom({ book, store, jobs, paths, settings, config, log, orchestrator, now }, start);
  jobs.begin();
  return { room, jobs, book };
};
export type OpenedMaster = ReturnType<typeof openMaster>;
