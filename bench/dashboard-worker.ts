// The worker of bench/dashboard.ts: as little as a session can be, but alive. Connected at once, a heartbeat now and then, and a little
// work every second, so that CPU and memory change as they do in real life.
import process from 'node:process';
import { homePaths, profileLock } from '../src/home/home-paths.ts';
import { tryLock } from '../src/home/lock.ts';
import {
  workerCommandSchema,
  workerEnvironmentSchema,
  workerProtocolVersion,
} from '../src/protocol/worker-messages.ts';
import { parseSessionName } from '../src/session/session-name.ts';
import { version } from '../src/settings/version.ts';

const environment = workerEnvironmentSchema.parse(process.env);
const name = parseSessionName(environment.ZAP_SESSION);
const lock = tryLock(profileLock(homePaths(environment.FLEET_HOME), name));
if (lock === null) process.exit(12);

const since = Date.now();
const from = () => ({
  v: workerProtocolVersion,
  session: name,
  sessionId: environment.ZAP_SESSION_ID,
  startId: environment.ZAP_START_ID,
  pid: process.pid,
  at: Date.now(),
});
const state = () => ({
  state: 'connected' as const,
  since,
  reasonCode: null,
  reason: null,
  phone: '5511987654321',
  lid: null,
  pushName: null,
  nextTryAt: null,
});
const code = { kind: 'none' as const, payload: '', attempt: 0, maxAttempts: 12, expiresAt: 0 };
const activity = { ai: { status: 'ok' as const, reason: null }, deaf: false };
const vitals = () => ({
  uptimeMs: process.uptime() * 1000,
  rssBytes: process.memoryUsage.rss(),
  eventLoopLagMs: 0,
  browserPid: null,
  port: environment.ZAP_PORT,
  version,
});
const send = (type: string, body: object): void => {
  if (process.connected) process.send?.({ type, data: { ...from(), ...body } });
};
const end = (): void => {
  lock.release();
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.on(signal, end);
process.on('message', (packet: { data?: unknown }) => {
  const command = workerCommandSchema.parse(packet.data);
  if (command.command === 'report') send('zap:report', { state: state(), code, activity, vitals: vitals() });
  send('zap:result', { id: command.id, ok: true, error: null, words: [] });
  if (command.command === 'drain') end();
});
send('zap:state', state());
send('zap:activity', activity);
send('zap:heartbeat', vitals());
setInterval(() => send('zap:heartbeat', vitals()), 10_000);
setInterval(() => {
  const until = performance.now() + Math.random() * 3;
  while (performance.now() < until) Math.sqrt(Math.random());
}, 1000);
