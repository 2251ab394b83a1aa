import { get } from 'node:http';
import { messageOf } from '../../session/fleet-error.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import type { SessionOrchestrator } from '../reconcile/session-orchestrator.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { WorkerKnowledge } from './worker-knowledge.ts';

/** Questions to a worker that looks ill; the next look at its session sees what they brought. */
export interface HealthProbes {
  /** Whether its `GET /health` answers. */
  askHealth(session: ManagedSession, known: WorkerKnowledge): void;
  /** Whether its link to WhatsApp does, at most once in a minute. */
  askLink(session: ManagedSession, known: WorkerKnowledge): void;
}

const probeWithin: Milliseconds = 2000;
const linkProbeEvery: Milliseconds = 60_000;
const linkProbeWithin: Milliseconds = 30_000;

const answersHealth = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const request = get(
      { host: '127.0.0.1', port, path: '/health', timeout: probeWithin, agent: false },
      (response) => {
        response.resume();
        done(response.statusCode === 200);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => done(false));
  });

export const createHealthProbes = (options: {
  readonly orchestrator: Pick<SessionOrchestrator, 'ask'>;
  /** Whether `GET /health` of a worker answers. */
  readonly probe?: (port: number) => Promise<boolean>;
  readonly now: () => EpochMs;
  readonly log: (level: 'warn', text: string, fields: Readonly<Record<string, unknown>>) => void;
}): HealthProbes => {
  const { orchestrator, now, log } = options;
  const probe = options.probe ?? answersHealth;

  const askHealth = async (session: ManagedSession, known: WorkerKnowledge): Promise<void> => {
    const port = session.vitals?.port ?? session.port;
    if (known.probing || port === null) return;
    known.probing = true;
    try {
      known.healthProbe = (await probe(port)) ? 'ok' : 'dead';
    } finally {
      known.probing = false;
    }
  };

  const askLink = async (session: ManagedSession, known: WorkerKnowledge): Promise<void> => {
    if (now() - known.linkProbedAt < linkProbeEvery) return;
    known.linkProbedAt = now();
    try {
      await orchestrator.ask(session, { command: 'check' }, linkProbeWithin);
      known.linkProbesFailed = 0;
    } catch (error) {
      known.linkProbesFailed += 1;
      log('warn', `${session.stored.name}: its link did not answer a probe`, { error: messageOf(error) });
    }
  };

  return {
    askHealth: (session, known) => void askHealth(session, known),
    askLink: (session, known) => void askLink(session, known),
  };
};
