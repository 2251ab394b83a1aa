import { spawn } from 'node:child_process';
import { descriptorsFor, raiseLimit, sessionsWithin } from '../orchestrator/health/descriptor-room.ts';
import { defaultPolicies } from '../orchestrator/health/policies.ts';
import { masterScript } from '../orchestrator/process/entry-scripts.ts';
import { cleanEnvironment } from '../protocol/clean-environment.ts';
import { type LaunchRequest, type MasterConfig, parseLaunchResult } from '../protocol/launch-request.ts';
import { descriptorUseOf } from '../resources/descriptor-limit.ts';
import { FleetError, isFleetErrorCode, messageOf } from '../session/fleet-error.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';

/** The request that starts a master with these settings. */
export const launchRequest = (
  loaded: Pick<LoadedSettings, 'paths' | 'raw' | 'secrets'>,
  options: {
    readonly demo?: boolean;
    readonly replace?: boolean;
    readonly workerScript?: string;
    /** The fleet ran before: a home that is gone is not made anew. */
    readonly again?: boolean;
  } = {},
): LaunchRequest => {
  const config: MasterConfig = {
    home: loaded.paths.home,
    pm2: loaded.paths.pm2,
    logs: loaded.paths.logs,
    demo: options.demo ?? loaded.raw['ZAP_DEMO'] === '1',
    raw: { ...loaded.raw },
    workerScript: options.workerScript ?? null,
  };
  return {
    config,
    secrets: { ...loaded.secrets },
    replace: options.replace ?? false,
    home: options.again === true || options.replace === true ? 'find' : 'make',
  };
};

/** A request of a master itself, for the one after it. */
export const successorRequest = (
  config: MasterConfig,
  secrets: Readonly<Record<string, string | undefined>>,
  home: LaunchRequest['home'],
): LaunchRequest => ({
  config,
  secrets: Object.fromEntries(
    Object.entries(secrets).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ),
  replace: false,
  home,
});

/** What we start inherits our limit of open files. Throws `failed` where it is too low for one session. */
const refuseTooFewDescriptors = (): void => {
  const limit = descriptorUseOf('self')?.limit ?? Number.POSITIVE_INFINITY;
  const policy = defaultPolicies.admission;
  if (sessionsWithin(limit, policy) > 0) return;

  throw new FleetError(
    'failed',
    `the limit of open files is ${limit}, not enough for one session; ${raiseLimit(descriptorsFor(1, policy))}.`,
  );
};

/** Longer than everything `launchMaster` waits for. */
const launchWithin = 120_000;
const maxOutput = 64 * 1024;

/**
 * Starts PM2's daemon and a master from a process of its own: clean environment, secrets on its standard input, own process group (a
 * Ctrl+C in this terminal is not for it). Resolves when the master's socket is open. Throws `FleetError`.
 */
export const spawnLaunch = (request: LaunchRequest): Promise<{ readonly started: boolean }> =>
  new Promise((done, fail) => {
    refuseTooFewDescriptors();
    const child = spawn(process.execPath, [masterScript(), 'launch'], {
      cwd: '/',
      env: cleanEnvironment(process.env),
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const refuse = (error: unknown): void =>
      fail(new FleetError('failed', `cannot start the master: ${messageOf(error)}`, { cause: error }));
    if (child.pid === undefined) {
      // It has no streams either.
      child.once('error', refuse);
      return;
    }

    let output = '';
    let errors = '';
    let settled = false;
    const settle = (then: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      then();
    };
    const timer = setTimeout(() => child.kill('SIGKILL'), launchWithin);
    const read = (line: string): void => {
      const result = parseLaunchResult(JSON.parse(line));
      if (result.ok) settle(() => done({ started: result.started }));
      else settle(() => fail(new FleetError(isFleetErrorCode(result.code) ? result.code : 'failed', result.message)));
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < maxOutput) output += text;
      const line = output
        .split('\n')
        .slice(0, -1)
        .find((candidate) => candidate.startsWith('{'));
      if (line !== undefined) read(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (errors.length < maxOutput) errors += text;
    });
    child.stdin.on('error', (error) => {
      errors += `${messageOf(error)}\n`;
    });
    child.stdin.end(JSON.stringify(request));
    child.once('error', (error) => settle(() => refuse(error)));
    child.once('close', (code, signal) => {
      const why = errors.split('\n').find((text) => /error/i.test(text)) ?? `it ended with ${signal ?? code}`;
      settle(() => fail(new FleetError('failed', `the master could not be started: ${why.trim()}`)));
    });
  });

/** The first argument of the process that waits; its second is the home, so that it is found again. */
export const awaitHomeArgument = 'await-home';

/** Starts a process that waits until the home of this request is back and starts the fleet then. Resolves when it has all that it needs. */
export const spawnHomeWaiter = (request: LaunchRequest): Promise<void> =>
  new Promise((done, fail) => {
    const child = spawn(process.execPath, [masterScript(), awaitHomeArgument, request.config.home], {
      cwd: '/',
      env: cleanEnvironment(process.env),
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.once('error', fail);
    if (child.pid === undefined) return;
    child.stdin.once('error', fail);
    child.stdin.end(JSON.stringify(request), () => done());
    child.unref();
  });
