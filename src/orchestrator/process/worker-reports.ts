import type { WorkerData, WorkerMessage } from '../../protocol/worker-messages.ts';
import { plainText } from '../../session/plain-text.ts';
import type { EpochMs } from '../../session/units.ts';
import { bannedReason } from '../../session/verdict.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import type { SessionBook } from '../state/session-book.ts';

type StateReport = WorkerData<'zap:report'>['state'];
type CodeReport = WorkerData<'zap:report'>['code'];
type ActivityReport = WorkerData<'zap:report'>['activity'];
type VitalsReport = WorkerData<'zap:report'>['vitals'];

/** What a worker says of itself, folded into its session. The caller has checked that the worker is the session's own. */
export const createReportFolder = (book: SessionBook, now: () => EpochMs) => {
  const foldState = (session: ManagedSession, report: StateReport): void => {
    // What a worker says while it is being ended changes nothing any more.
    if (session.stopping) return;
    session.phone = report.phone;
    const why = { code: report.reasonCode, words: report.reason };
    // A worker's clock is ours, but a state of the future would never grow old.
    const details = { since: Math.min(report.since, now()), nextTryAt: report.nextTryAt };
    switch (report.state) {
      case 'banned':
        book.move(
          session,
          'failed',
          { code: bannedReason, words: report.reason ?? 'WhatsApp blocked this number' },
          details,
        );
        return;
      case 'broken':
        // It exits to be rebuilt; until then the reason is what there is to tell.
        book.move(session, 'offline', { code: report.reasonCode ?? 'broken', words: report.reason }, details);
        return;
      default:
        book.move(session, report.state, why, details);
        book.changed(session);
    }
  };

  const foldCode = (session: ManagedSession, code: CodeReport): void => {
    if (session.stopping) return;
    const { attempt, maxAttempts, expiresAt } = code;
    session.qr = code.kind === 'qr' ? { payload: code.payload, attempt, maxAttempts, expiresAt } : null;
    session.pairing = code.kind === 'code' ? { code: code.payload, attempt, maxAttempts, expiresAt } : null;
    book.changed(session);
  };

  const foldActivity = (session: ManagedSession, activity: ActivityReport): void => {
    const { status, code, reason } = activity.ai;
    session.ai = { status, code, reason: reason === null ? null : plainText(reason) };
    session.deaf = activity.deaf;
    session.storeFault = activity.store;
    book.changed(session);
  };

  const foldVitals = (session: ManagedSession, vitals: VitalsReport): void => {
    const { uptimeMs, rssBytes, eventLoopLagMs, browserPid, port, version } = vitals;
    session.vitals = { at: now(), uptimeMs, rssBytes, eventLoopLagMs, browserPid, port, version };
    if (port !== null) session.port = port;
  };

  return (session: ManagedSession, message: WorkerMessage): void => {
    switch (message.type) {
      case 'zap:state':
        foldState(session, message.data);
        return;
      case 'zap:qr':
        foldCode(session, message.data);
        return;
      case 'zap:activity':
        foldActivity(session, message.data);
        return;
      case 'zap:heartbeat':
        foldVitals(session, message.data);
        return;
      case 'zap:report': {
        const { state, code, activity, vitals } = message.data;
        foldVitals(session, vitals);
        foldState(session, state);
        foldCode(session, code);
        foldActivity(session, activity);
        if (session.worker !== null) session.worker.awaitsReport = false;
        book.changed(session);
        return;
      }
      case 'zap:result':
      case 'zap:conflict':
        return;
    }
  };
};
