import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { profileLock } from '../home/home-paths.ts';
import { isLocked } from '../home/lock.ts';
import { isListening } from '../orchestrator/process/reach-socket.ts';
import { findProfileProcesses } from '../resources/orphans.ts';
import { messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import { isSessionName } from '../session/session-name.ts';
import { readAiKeys } from '../settings/ai-keys.ts';
import { aiServiceOf } from '../settings/ai-service.ts';
import { lostStoreWords } from '../store/integrity/lost-store.ts';
import { openStoreToRead } from '../store/read-store.ts';
import { keptOtherKeys, otherKeysText } from '../store/replica/other-keys.ts';
import type { Store } from '../store/store.ts';
import { bad, type Finding, ok, type Patient, warn } from './finding.ts';

/** What lies under FLEET_HOME: permissions, database, sessions, leftovers. */

export const checkPermissions = (patient: Patient): Finding[] => {
  const { paths } = patient.loaded;
  const findings: Finding[] = [];
  const uid = process.getuid?.();
  for (const path of [paths.home, paths.tokens, paths.data, paths.run, paths.logs]) {
    if (!existsSync(path)) continue;
    const stat = lstatSync(path);
    if (uid !== undefined && stat.uid !== uid && uid !== 0)
      findings.push(bad('not-ours', `${path} belongs to user ${stat.uid}`, `chown -R ${uid} ${path}`));
    else if ((stat.mode & 0o077) !== 0)
      findings.push(warn('too-open', `others can look into ${path}`, `chmod 700 ${path}`));
  }
  for (const path of [
    paths.envFile,
    paths.secretsFile,
    join(paths.data, 'api-token'),
    join(paths.data, 'access-tokens.json'),
  ]) {
    if (existsSync(path) && (statSync(path).mode & 0o077) !== 0)
      findings.push(bad('secret-open', `others can read ${path}`, `chmod 600 ${path}`));
  }
  return findings.length === 0 ? [ok('permissions', `${paths.home} is for its owner alone`)] : findings;
};

const checkSessions = (store: Store, patient: Patient): Finding[] => {
  const findings: Finding[] = [];
  const { secrets, paths, settings } = patient.loaded;
  const seen = new Map<string, string>();
  let sessions: ReturnType<Store['sessions']['list']>;
  let ownKeys: ReturnType<typeof readAiKeys>;
  try {
    sessions = store.sessions.list();
    ownKeys = readAiKeys(paths);
  } catch (error) {
    return [bad('session-config', messageOf(error), 'set the field that is named to a valid value')];
  }
  for (const session of sessions) {
    const { provider } = session.config.ai;
    const service = aiServiceOf(session.config.ai, { settings, secrets, ownKey: ownKeys[session.id] });
    if (service !== null && service.key === null && service.needsKey) {
      findings.push(
        bad(
          'session-key-missing',
          `${session.name} answers with ${provider}, but there is no key for it`,
          `zap-fleet config ${session.name} set ai_key`,
        ),
      );
    }
    const phone = session.expectedPhone;
    if (phone !== null) {
      const other = seen.get(phone);
      if (other !== undefined)
        findings.push(
          bad(
            'phone-twice',
            `${session.name} and ${other} expect the same number`,
            `zap-fleet config ${session.name} set phone ""`,
          ),
        );
      seen.set(phone, session.name);
    }
    if (session.desiredState === 'running' && !patient.masterRuns) {
      findings.push(
        bad(
          'master-down',
          `${session.name} should run, but no master does`,
          'zap-fleet --daemon  (or open the dashboard: zap-fleet)',
        ),
      );
    }
  }
  const running = sessions.filter((session) => session.desiredState === 'running').length;
  if (running > settings.MAX_SESSIONS) {
    findings.push(
      warn(
        'too-many',
        `${running} sessions should run, MAX_SESSIONS is ${settings.MAX_SESSIONS}: the rest are queued`,
        `set MAX_SESSIONS=${running}, if the memory is there`,
      ),
    );
  }
  const names = new Set<string>(sessions.map((session) => session.name));
  for (const entry of existsSync(paths.tokens) ? readdirSync(paths.tokens) : []) {
    if (isSessionName(entry) && !names.has(entry))
      findings.push(warn('profile-left', `${join(paths.tokens, entry)} belongs to no session`, 'zap-fleet cleanup'));
  }
  return findings;
};

/** Known from the group itself, as the last master that ran here heard it. */
const checkGroupKeys = (store: Store, { loaded: { settings, secrets } }: Patient): Finding[] => {
  if (settings.SUPABASE_URL === undefined || secrets.FLEET_GROUP_KEY === undefined) return [];
  const names = keptOtherKeys(store.meta);
  if (names.length === 0) return [];
  return [warn('group-keys', otherKeysText(names.map(plainText)), 'Set the same one on all servers, and restart')];
};

export const checkStore = (patient: Patient): Finding[] => {
  const { paths } = patient.loaded;
  const lost = lostStoreWords(paths);
  if (lost !== null) return [bad('database-lost', lost, 'zap-fleet store repair')];
  if (!existsSync(paths.database)) return [ok('database', 'no database yet: it is made with the first session')];
  let store: Store;
  try {
    store = openStoreToRead(paths.database);
  } catch (error) {
    return [bad('database', messageOf(error), 'zap-fleet store repair, or install the version that wrote it')];
  }
  try {
    const check = store.database.get<{ quick_check: string }>('PRAGMA quick_check(1)');
    if (check?.quick_check !== 'ok')
      return [
        bad(
          'database-damaged',
          `${paths.database} is damaged: ${check?.quick_check ?? 'no answer'}`,
          'zap-fleet master stop, then zap-fleet store repair',
        ),
      ];
    const findings = [...checkSessions(store, patient), ...checkGroupKeys(store, patient)];
    return findings.length === 0 ? [ok('database', 'the database is sound')] : findings;
  } finally {
    store.close();
  }
};

export const checkLeftovers = async (patient: Patient): Promise<Finding[]> => {
  const { paths } = patient.loaded;
  const findings: Finding[] = [];
  if (!patient.masterRuns && existsSync(paths.socket) && !(await isListening(paths.socket))) {
    findings.push(
      warn(
        'socket-left',
        `${paths.socket} is left over from a master that died`,
        'zap-fleet  (the next start replaces it)',
      ),
    );
  }
  if (patient.masterRuns && !(await isListening(paths.socket))) {
    findings.push(
      warn(
        'socket-gone',
        `a master runs, and nobody listens on ${paths.socket}: it was removed, or the master is starting or ending`,
        'wait ten seconds (the master opens it again); then zap-fleet master stop, and start the fleet',
      ),
    );
  }
  if (!existsSync(paths.tokens)) return findings;
  for (const name of readdirSync(paths.tokens).filter(isSessionName)) {
    if (existsSync(profileLock(paths, name)) && isLocked(profileLock(paths, name))) continue;
    const orphans = await findProfileProcesses(join(paths.tokens, name));
    if (orphans.length > 0) {
      findings.push(
        bad(
          'orphan-browser',
          `${orphans.length} browser processes of ${name} have no worker (pid ${orphans.map((one) => one.pid).join(', ')})`,
          'zap-fleet cleanup',
        ),
      );
    }
  }
  return findings;
};
