import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Three machines with a Docker engine each, joined to one Swarm (engines.sh), and what can happen to machines. */

export const machines = [1, 2, 3] as const;
export type Machine = (typeof machines)[number];

export const addressOf = (machine: Machine): string => `10.77.0.${machine}`;
export const nodeNameOf = (machine: Machine): string => `node${machine}`;
/** This machine, as the three see it: WhatsApp's and Supabase's stand-ins are here, outside of all of them. */
export const outside = '10.77.0.254';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const script = join(import.meta.dirname, 'engines.sh');

const run = (args: readonly string[], options: { within?: number; env?: NodeJS.ProcessEnv; input?: string } = {}) =>
  new Promise<Result>((done) => {
    const child = execFile(
      script,
      [...args],
      { timeout: options.within ?? 600_000, maxBuffer: 32 * 1024 * 1024, env: { ...process.env, ...options.env } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        done({ code, stdout: stdout.trim(), stderr: stderr.trim() });
      },
    );
    // A command that ends before it has read says why by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });

const must = async (...given: Parameters<typeof run>): Promise<string> => {
  const result = await run(...given);
  if (result.code !== 0) throw new Error(`${given[0].join(' ')}: ${result.stderr.slice(-2000) || result.stdout}`);
  return result.stdout;
};

/** `docker …` on that machine; never throws for its exit code. */
export const dockerOn = (machine: Machine, ...args: readonly string[]): Promise<Result> =>
  run(['docker', String(machine), ...args]);
export const mustDockerOn = (machine: Machine, ...args: readonly string[]): Promise<string> =>
  must(['docker', String(machine), ...args]);
/** The same, with environment and standard input: `stack deploy` fills in its file, a secret is read. */
export const mustDockerWith = (
  machine: Machine,
  options: { env?: NodeJS.ProcessEnv; input?: string },
  ...args: readonly string[]
): Promise<string> => must(['docker', String(machine), ...args], options);

/** Throws one line that says what is missing here. */
export const checkNeeds = async (): Promise<void> => {
  const { code, stderr } = await run(['needs']);
  if (code !== 0) throw new Error(stderr);
};
export const upEngines = (): Promise<string> => must(['up'], { within: 300_000 });
export const loadImages = (machine: Machine, file: string): Promise<string> =>
  must(['load', String(machine), file], { within: 300_000 });
export const cutCable = (machine: Machine): Promise<string> => must(['cut', String(machine)]);
export const healCable = (machine: Machine): Promise<string> => must(['heal', String(machine)]);
/** What machine's containers send to that port of this machine is lost, and nobody is told. */
export const refusePort = (machine: Machine, port: number): Promise<string> =>
  must(['refuse', String(machine), String(port)]);
export const allowPort = (machine: Machine, port: number): Promise<string> =>
  must(['allow', String(machine), String(port)]);
/** A power cut: its engine and everything that it runs end at once. */
export const killMachine = (machine: Machine): Promise<string> => must(['kill', String(machine)]);
export const bootMachine = (machine: Machine): Promise<string> => must(['boot', String(machine)]);
export const downEngines = (): Promise<string> => must(['down'], { within: 300_000 });
/** What is left of engines, namespaces, links, mounts and rules; empty after `downEngines`. */
export const leftOver = (): Promise<string> => must(['left']);
