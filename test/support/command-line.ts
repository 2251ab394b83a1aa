import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { withCompiledCode } from './compiled-code.ts';

export const builtProgram = resolve(import.meta.dirname, '../../dist/cli.js');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const commandWithinMs = 90_000;

/** Runs the built program once, with nothing of this shell's environment but PATH; never throws for its exit code. */
export const runProgram = (
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<Ended> =>
  new Promise((done) => {
    const environment = {
      PATH: process.env['PATH'] ?? '',
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      PORT: '0',
      ...withCompiledCode,
      ...options.env,
    };
    execFile(
      process.execPath,
      [builtProgram, ...args],
      { cwd: options.cwd, env: environment, timeout: commandWithinMs },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        done({ code, stdout, stderr });
      },
    );
  });

const contentOf = (path: string): string => {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return readlinkSync(path);
  if (!stat.isFile()) return `${stat.mode}`;
  return `${stat.mode} ${stat.mtimeMs} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
};

/** Everything under a directory with its content and times: two of them differ when anything was made, changed or removed. */
export const filesUnder = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map((path) => [path, contentOf(join(directory, path))]),
  );
