import { execFile } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { descriptorsFor, raiseLimit, sessionsWithin } from '../orchestrator/health/descriptor-room.ts';
import { defaultPolicies } from '../orchestrator/health/policies.ts';
import type { MachineSample } from '../resources/machine.ts';
import { messageOf } from '../session/fleet-error.ts';
import { bad, type Finding, ok, type Patient, warn } from './finding.ts';

/** Node, terminal, browser, memory, disk, ports: what the machine gives. */

const run = promisify(execFile);
const oldestNode = 22;
/** PSS of one more headless-shell session and its worker: 48 to 66 MB of browser, 90 MB of node. */
const bytesPerSession = 160 * 1_048_576;
const browserWithinMs = 10_000;

export const checkNode = (patient: Patient): Finding => {
  const major = Number(patient.nodeVersion.split('.')[0]);
  return major >= oldestNode
    ? ok('node', `Node ${patient.nodeVersion}`)
    : bad(
        'node-old',
        `Node ${patient.nodeVersion} is too old, ${oldestNode} is the oldest that works`,
        'install Node 24',
      );
};

export const checkTerminal = (patient: Patient): Finding[] => {
  const locale = patient.env['LC_ALL'] || patient.env['LC_CTYPE'] || patient.env['LANG'] || '';
  const findings: Finding[] = [];
  if (!/utf-?8/i.test(locale))
    findings.push(
      warn(
        'locale',
        `the locale ${locale === '' ? '(none)' : locale} is not UTF-8: QR codes cannot be drawn`,
        'export LANG=C.UTF-8',
      ),
    );
  if (patient.env['TERM'] === undefined || patient.env['TERM'] === 'dumb') {
    findings.push(
      warn('terminal', 'TERM is not set: the dashboard has no colours and may not draw', 'export TERM=xterm-256color'),
    );
  }
  return findings.length === 0 ? [ok('terminal', `terminal ${patient.env['TERM']}, ${locale}`)] : findings;
};

export const checkBrowser = async (
  find: () => {
    readonly path: string;
    readonly env: Readonly<Record<string, string>>;
    readonly source: string;
    prepare(): Promise<void>;
  },
): Promise<Finding> => {
  let path = '';
  try {
    const browser = find();
    path = browser.path;
    await browser.prepare();
    const { stdout } = await run(browser.path, ['--version'], {
      timeout: browserWithinMs,
      env: { ...browser.env },
    });
    return ok('browser', `${stdout.trim() || browser.path} (from ${browser.source})`);
  } catch (error) {
    return path === ''
      ? bad('browser-missing', messageOf(error), 'apt install chromium-headless-shell, or set BROWSER_PATH')
      : bad(
          'browser-broken',
          `${path} does not start: ${messageOf(error)}`,
          'apt install chromium-headless-shell, or set BROWSER_PATH to one that starts',
        );
  }
};

export const checkMachine = (sample: MachineSample, maxSessions: number, diskPath: string): Finding[] => {
  const findings: Finding[] = [];
  const fits = Math.floor(sample.memoryTotal / bytesPerSession);
  if (fits < maxSessions) {
    findings.push(
      warn(
        'memory-small',
        `memory for about ${fits} sessions, MAX_SESSIONS is ${maxSessions}`,
        `set MAX_SESSIONS=${Math.max(1, fits)}, or give the machine more memory`,
      ),
    );
  }
  const used = sample.diskUsed / Math.max(1, sample.diskTotal);
  if (used >= 0.9)
    findings.push(
      bad(
        'disk-full',
        `the disk of ${diskPath} is ${Math.round(used * 100)} % full`,
        'free some: zap-fleet cleanup --dry-run shows what would go',
      ),
    );
  const { files, ffree } = statfsSync(diskPath);
  if (files > 0 && ffree / files < 0.05)
    findings.push(
      bad(
        'inodes-full',
        `the disk of ${diskPath} has hardly any inodes left`,
        'remove small files, or move FLEET_HOME',
      ),
    );
  return findings.length === 0
    ? [ok('machine', `memory for about ${fits} sessions, disk ${Math.round(used * 100)} % full`)]
    : findings;
};

/** `limit`: of PM2's daemon where it runs, else what one that is started from here would have. Null: the system does not tell. */
export const checkDescriptors = (limit: number | null, maxSessions: number): Finding[] => {
  if (limit === null) return [];
  const policy = defaultPolicies.admission;
  const fits = sessionsWithin(limit, policy);
  const needed = raiseLimit(descriptorsFor(maxSessions, policy));
  if (fits === 0)
    return [bad('descriptors', `the limit of open files is ${limit}: not enough for one session`, needed)];
  if (fits < maxSessions)
    return [
      warn(
        'descriptors',
        `the limit of open files is ${limit}: enough for ${fits} sessions, MAX_SESSIONS is ${maxSessions}`,
        needed,
      ),
    ];
  return [ok('descriptors', `${limit === Number.POSITIVE_INFINITY ? 'any number of' : limit} open files`)];
};

const portIsFree = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });

export const checkPort = async (patient: Patient): Promise<Finding[]> => {
  const { PORT, FLEET_HOST } = patient.loaded.settings;
  if (PORT === 0 || patient.masterRuns) return [];
  return (await portIsFree(PORT, FLEET_HOST))
    ? [ok('port', `port ${PORT} is free`)]
    : [bad('port-busy', `port ${PORT} is taken by another program`, 'set PORT to a free one, e.g. PORT=3100')];
};
