// A tiny real worker: speaks worker-messages under real PM2, holds the profile lock, and does what files in its profile say:
// `linked` (it is connected), `exit` (it exits with that code), `deafen` (it answers no command), `slow-stop` (ms until it ends), `worker-version`.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { homePaths, profileDir, profileLock } from '../../src/home/home-paths.ts';
import { tryLock } from '../../src/home/lock.ts';
import {
  type WorkerState,
  workerCommandSchema,
  workerEnvironmentSchema,
  workerProtocolVersion,
} from '../../src/protocol/worker-messages.ts';
import { parseSessionName } from '../../src/session/session-name.ts';

const environment = workerEnvironmentSchema.parse(process.env);
const name = parseSessionName(environment.ZAP_SESSION);
const paths = homePaths(environment.FLEET_HOME);
const profile = profileDir(paths, name);
const file = (which: string): string => join(profile, which);

const lock = tryLock(profileLock(paths, name));
if (lock === null) {
  // Two workers on one login: the very thing that must not happen.
  writeFileSync(join(paths.run, `twin-${name}-${process.pid}`), '');
  process.exit(12);
}
mkdirSync(profile, { recursive: true });

/** An old program's worker, for upgrades. */
const workerVersion = existsSync(file('worker-version')) ? readFileSync(file('worker-version'), 'utf8') : '1.0.0';

const since = Date.now();
let state: WorkerState = 'starting';
let code = { kind: 'none' as 'qr' | 'code' | 'none', payload: '', attempt: 0, maxAttempts: 12, expiresAt: 0 };
const from = () => ({
  v: workerProtocolVersion,
  session: name,
  sessionId: environment.ZAP_SESSION_ID,
  startId: environment.ZAP_START_ID,
  pid: process.pid,
  at: Date.now(),
});
const stateBody = () => ({
  state,
  since,
  reasonCode: null,
  reason: null,
  phone: state === 'connected' ? '5511987654321' : null,
  lid: null,
  pushName: null,
  nextTryAt: null,
});
const activity = { ai: { status: 'ok', reason: null }, deaf: false };
const vitals = () => ({
  uptimeMs: process.uptime() * 1000,
  rssBytes: process.memoryUsage.rss(),
  eventLoopLagMs: 0,
  browserPid: null,
  port: environment.ZAP_PORT,
  version: workerVersion,
});
const send = (type: string, body: object): void => {
  if (process.connected) process.send?.({ type, data: { ...from(), ...body } });
};
const become = (next: WorkerState): void => {
  state = next;
  code =
    next === 'qr'
      ? { kind: 'qr', payload: `2@${name},${process.pid}`, attempt: 1, maxAttempts: 12, expiresAt: Date.now() + 60_000 }
      : { ...code, kind: 'none', payload: '' };
  send('zap:state', stateBody());
  send('zap:qr', code);
};

let stopping = false;
const stop = (exitCode: number): void => {
  if (stopping) return;
  stopping = true;
  const slow = existsSync(file('slow-stop')) ? Number(readFileSync(file('slow-stop'), 'utf8')) : 20;
  setTimeout(() => {
    lock.release();
    process.exit(exitCode);
  }, slow);
};
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
process.on('disconnect', () => stop(17));
process.on('message', (packet: { data?: unknown }) => {
  if (existsSync(file('deafen'))) return;
  const command = workerCommandSchema.parse(packet.data);
  const result = (words: readonly string[] = []): void =>
    send('zap:result', { id: command.id, ok: true, error: null, words });
  switch (command.command) {
    case 'report':
      send('zap:report', { state: stateBody(), code, activity, vitals: vitals() });
      return result();
    case 'logout':
      rmSync(file('linked'), { force: true });
      result(['the phone is unlinked']);
      return stop(0);
    case 'pair':
      code = { kind: 'code', payload: 'ABCD1234', attempt: 1, maxAttempts: 6, expiresAt: Date.now() + 60_000 };
      state = 'code';
      send('zap:state', stateBody());
      send('zap:qr', code);
      return result();
    case 'check':
      return result(['it is well']);
    case 'drain':
      result();
      return stop(0);
    default:
      return result();
  }
});

setInterval(() => {
  if (existsSync(file('exit'))) {
    const exitCode = Number(readFileSync(file('exit'), 'utf8'));
    rmSync(file('exit'));
    process.exit(exitCode);
  }
  if (state === 'qr' && existsSync(file('linked'))) become('connected');
}, 25);
setInterval(() => send('zap:heartbeat', vitals()), 1000);
send('zap:heartbeat', vitals());
become(existsSync(file('linked')) ? 'connected' : 'qr');
send('zap:activity', activity);
