import { maskPhone } from '../../src/session/phone.ts';
import type { WorkerCore } from './worker-core.ts';

/** What the worker's own port says of it. */

export const workerHealth = ({ identity, vitals }: WorkerCore): object => ({
  ok: true,
  session: identity.session,
  pid: process.pid,
  startId: identity.startId,
  uptimeMs: Math.round(process.uptime() * 1000),
  eventLoopLagMs: vitals.lastLag(),
});

export const workerStatus = (core: WorkerCore): object => {
  const { host, runtime } = core.live;
  const state = runtime?.state();

  return {
    ...workerHealth(core),
    engine: host?.session.engine ?? null,
    state: state?.state ?? 'starting',
    since: state?.since ?? null,
    reasonCode: state?.reasonCode ?? null,
    reason: state?.reason ?? null,
    phone: state?.phone ? maskPhone(state.phone) : null,
    ...runtime?.activity(),
    browserPid: runtime?.browserPid() ?? null,
  };
};
